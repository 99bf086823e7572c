import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';

const engine = useEngine();

const web = `services:
  web:
    image: ${images.busybox}
    command: sleep 60
`;

describe('config --explain', () => {
  it('names the override, the variable and the lines, and prints JSON for programs', async () => {
    const project = await engine.project(
      {
        'compose.yaml': `${web}    environment: {LEVEL: info}\n`,
        'compose.override.yaml': `services:\n  web:\n    environment: {LEVEL: "\${LEVEL}"}\n`,
        '.env': 'LEVEL=debug\n',
      },
      { images: [] },
    );
    const path = 'services.web.environment.LEVEL';
    const { exitCode, stdout } = await project.flotilla(['config', '--explain', path]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "services.web.environment.LEVEL: "debug"

      merge: the later value of a key wins, even an empty one

      compose.yaml:5:26 base file: "info" (not used)
        3 |     image: localhost/flotilla/busybox
        4 |     command: sleep 60
        5 |     environment: {LEVEL: info}
          |                          ^^^^

      compose.override.yaml:3:26 override file: "debug"
        1 | services:
        2 |   web:
        3 |     environment: {LEVEL: "\${LEVEL}"}
          |                          ^^^^^^^^^^
        \${LEVEL} is "debug": .env:1:1
      "
    `);
    const json = await project.flotilla(['config', '--explain', path, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ path, value: 'debug' });
    expect(await project.flotilla(['config', '--explain', 'services.web.imag'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('Did you mean "services.web.image"?'),
    });
  });
});

describe('what goes wrong', () => {
  it('is JSON on standard error with --format json and --progress json', async () => {
    const project = await engine.project(
      { 'compose.yaml': 'services: {web: {imagee: x}}\n' },
      { images: [] },
    );
    for (const words of [
      ['config', '--format', 'json'],
      ['--progress', 'json', 'up', '-d'],
    ]) {
      const { exitCode, stdout, stderr } = await project.flotilla(words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ code: 'compose.unknown-key', line: 1, column: 18 });
    }
  });
});

describe('lint', () => {
  it('has a finding on standard output and an exit code for scripts', async () => {
    const project = await engine.project({ 'compose.yaml': `${web}    privileged: true\n` }, { images: [] });
    const { exitCode, stdout, stderr } = await project.flotilla(['lint']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('[lint.privileged]');
    expect(await project.flotilla(['lint', '--strict'])).toMatchObject({ exitCode: 1 });
    const { stdout: json } = await project.flotilla(['lint', '--format', 'json']);
    expect(JSON.parse(json)).toMatchObject({ errors: 0, warnings: 1 });
  });

  it.each([
    ['lint.memory-too-small', `${web}    mem_limit: 512\n`],
    ['lint.reservation-above-limit', `${web}    mem_limit: 64m\n    mem_reservation: 128m\n`],
    ['lint.scaled-port', `${web}    scale: 2\n    ports: ["127.0.0.1:48123:80"]\n`],
    [
      'lint.same-host-port',
      `${web}    ports: ["127.0.0.1:48124:80"]\n${web.replace('services:\n', '').replace('web:', 'api:')}    ports: ["127.0.0.1:48124:80"]\n`,
    ],
    ['lint.start-interval', `${web}    healthcheck: {test: "true", start_interval: 1s}\n`],
  ])('calls an error what really fails: %s', async (code, file) => {
    const project = await engine.project({ 'compose.yaml': file });
    const { exitCode, stdout } = await project.flotilla(['lint']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`[${code}]`);
    expect((await project.flotilla(['up', '-d'])).exitCode).not.toBe(0);
  });
});
