import { describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { composeFile, polite, states, stubborn } from './foreground-lines.ts';

const engine = useEngine();

describe('Ctrl+C during down', () => {
  it('says what is being finished; the second one does not wait for it', async () => {
    const project = await engine.project(
      composeFile({ web: { command: stubborn, rest: '    stop_grace_period: 1h\n' } }),
    );
    await project.flotilla(['up', '-d']);
    const down = project.startFlotilla(['down']);
    await down.output(/Container \S+-web-1 {2}Stopping/);
    down.signal('SIGINT');
    await down.output(/finishing Container/);
    expect(down.stderr.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " Container shop-web-1  Stopping
      nothing more is begun; finishing Container shop-web-1 [run.cancelled]
      hint: Press Ctrl+C again to stop at once.
      "
    `);
    down.signal('SIGINT');
    expect(await down.done).toMatchObject({ exitCode: 130 });
    expect(await states(project)).toEqual({ web: 'running' });
    expect(await project.flotilla(['down', '-t', '0'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
  });
});

describe('down of what others use', () => {
  it('names the container and its project that hold a network or a volume', async () => {
    const file = (rest: string) => ({
      ...composeFile({ web: { command: polite, rest: '    networks: [net]\n    volumes: [data:/data]\n' } }),
      'rest.yaml': rest,
    });
    const owner = await engine.project(file('networks: {net: {}}\nvolumes: {data: {}}\n'));
    const files = ['-f', 'compose.yaml', '-f', 'rest.yaml'];
    expect(await owner.flotilla([...files, 'up', '-d'])).toMatchObject({ exitCode: 0 });
    const external = (word: string) => `{name: ${owner.name}_${word}, external: true}`;
    const guest = await engine.project(
      file(`networks: {net: ${external('net')}}\nvolumes: {data: ${external('data')}}\n`),
    );
    expect(await guest.flotilla([...files, 'up', '-d'])).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await owner.flotilla([...files, 'down', '-v']);
    expect(exitCode).toBe(0);
    // They are removed side by side.
    const lines = stderr
      .split('\n')
      .filter((line) => line.includes('in use'))
      .sort();
    expect(
      lines.join('\n').replaceAll(owner.name, 'owner').replaceAll(guest.name, 'guest'),
    ).toMatchInlineSnapshot(`
      " Network owner_net  Resource is still in use: by container guest-web-1 of project "guest"
       Volume owner_data  Resource is still in use: by container guest-web-1 of project "guest""
    `);
    expect(await guest.flotilla([...files, 'down'])).toMatchObject({ exitCode: 0 });
    expect(await owner.flotilla([...files, 'down', '-v'])).toMatchObject({ exitCode: 0 });
    expect(await owner.leftovers()).toEqual([]);
  });
});
