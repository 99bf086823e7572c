import { describe, expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';
import { images, useEngine } from '../support/engine.ts';
import { terminalCommand } from '../support/terminal.ts';

describe('the test support', () => {
  const engine = useEngine();

  it('gives a project an engine, and leaves nothing of the project', async () => {
    const project = await engine.project({
      'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    init: true
    command: sh -c "echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp"
    ports: ['127.0.0.1::80']
    volumes: ['data:/data']
volumes:
  data:
`,
    });
    expect(await project[engine.otherTool](['up', '-d'])).toMatchObject({ exitCode: 0 });
    expect(await (await fetch(await project.url('web', 80))).text()).toBe('hello\n');
    expect(await project.leftovers()).toEqual([
      `container ${project.name}-web-1`,
      `network ${project.name}_default`,
      `volume ${project.name}_data`,
    ]);
    await project.remove();
    expect(await project.leftovers()).toEqual([]);
  });

  it('runs a command on a terminal', async () => {
    const running = startCommand(
      terminalCommand(['sh', '-c', 'test -t 0 && stty size && read x && exit $x']),
    );
    await running.output(/30 100/);
    running.type('7\n');
    expect(await running.done).toMatchObject({ exitCode: 7 });
  });
});
