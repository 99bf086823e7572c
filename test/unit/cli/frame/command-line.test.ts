import { describe, expect, test } from 'vitest';
import { call, run } from './support.ts';

describe('options', () => {
  test.each([
    ['up', {}],
    ['up -d', { detach: true }],
    ['up --detach', { detach: true }],
    ['up --detach=true', { detach: true }],
    ['up --detach=false', {}],
    ['up --detach --detach=false', {}],
    ['up --detach=0 -d', { detach: true }],
    ['up -dy', { detach: true, yes: true }],
    ['up --y', { yes: true }],
    ['up --no-build', { noBuild: true }],
    ['up --menu', { menu: true }],
    ['up -t 5', { timeout: 5 }],
    ['up -t5', { timeout: 5 }],
    ['up -t=5', { timeout: 5 }],
    ['up -dt 5', { detach: true, timeout: 5 }],
    ['up --timeout=-1', { timeout: -1 }],
    ['up --timeout -1', { timeout: -1 }],
    ['up --timeout 1 --timeout 2', { timeout: 2 }],
    ['up --scale a=1 --scale=b=2', { scale: ['a=1', 'b=2'] }],
    ['up --pull never', { pull: 'never' }],
  ])('%s', async (line, options) => {
    expect(await call(line)).toEqual({ options, words: [], global: {} });
  });

  test('a flag that tells "not given" apart is undefined unless it is given', async () => {
    expect((await run('up --menu=false')).stdout).toContain('"options":{}');
  });

  test('come before and after arguments, and "--" ends them', async () => {
    expect(await call('up web -d db -- --timeout')).toEqual({
      options: { detach: true },
      words: ['web', 'db', '--timeout'],
      global: {},
    });
  });

  test('end at the first argument of a command that runs another one', async () => {
    expect(await call('exec -T -e A=b web ls -l --env x')).toEqual({
      options: { env: ['A=b'], noTty: true },
      words: ['web', 'ls', '-l', '--env', 'x'],
      global: {},
    });
    expect(await call('exec web -- ls')).toMatchObject({ words: ['web', '--', 'ls'] });
    expect(await call('exec web sh -c --detach=false')).toMatchObject({
      words: ['web', 'sh', '-c', '--detach=false'],
    });
  });
});

describe('global options', () => {
  test('come before the command', async () => {
    expect(await call('-f a.yaml --file=b.yaml -p shop --profile x --parallel 3 up')).toMatchObject({
      global: { file: ['a.yaml', 'b.yaml'], projectName: 'shop', profile: ['x'], parallel: 3 },
    });
    expect(await call('-fa.yaml up')).toMatchObject({ global: { file: ['a.yaml'] } });
    expect(await call('--workdir /x up')).toMatchObject({ global: { projectDirectory: '/x' } });
  });

  test('may have the name of a command as their value', async () => {
    expect(await call('-p up up')).toMatchObject({ global: { projectName: 'up' } });
  });

  test('are taken behind the command too, by their long names', async () => {
    expect(await call('--profile a up --profile b --ansi never')).toMatchObject({
      options: {},
      global: { profile: ['a', 'b'], ansi: 'never' },
    });
    expect(await call('up -p shop')).toContain("unknown shorthand flag: 'p' in -p");
  });

  test('belong to the inner command behind the service of exec', async () => {
    expect(await call('exec web tool --profile x')).toMatchObject({
      words: ['web', 'tool', '--profile', 'x'],
      global: {},
    });
  });
});

describe('which command', () => {
  test.each(['version', '-v', '--version', '--version up'])('%s shows the version', async (line) => {
    expect(await run(line)).toMatchObject({ exitCode: 0 });
  });

  test.each(['', '--help', '-h', 'help'])('"%s" shows the general help', async (line) => {
    const { exitCode, stdout } = await run(line);
    expect({ exitCode, first: stdout.split('\n')[0] }).toEqual({
      exitCode: 0,
      first: 'Usage:  flotilla [OPTIONS] COMMAND',
    });
  });

  test.each(['help up', 'up --help', 'up -dh', '--help up', 'up --nonsense --help'])(
    '"%s" shows the help of up',
    async (line) => {
      const { exitCode, stdout } = await run(line);
      expect({ exitCode, first: stdout.split('\n')[0] }).toEqual({
        exitCode: 0,
        first: 'Usage:  flotilla up [OPTIONS] [SERVICE...]',
      });
    },
  );
});

describe('mistakes say what to do and exit with 1', () => {
  test.each([
    ['upp', 'error: unknown command "upp"\nhint: did you mean "flotilla up"?\n'],
    [
      'publish',
      'error: the command "publish" is not in Flotilla yet\nhint: On Docker, `docker compose publish` works on the same project.\n',
    ],
    ['compose', 'error: unknown command "compose"\nhint: leave `compose` out: `flotilla up`\n'],
    ['launch', 'error: unknown command "launch"\nhint: flotilla --help lists the commands\n'],
    ['up --detahc', 'error: unknown flag: --detahc\nhint: did you mean "--detach"?\n'],
    ['up --xyz=1', 'error: unknown flag: --xyz\nhint: "flotilla up --help" lists the flags\n'],
    ['up -dx', `error: unknown shorthand flag: 'x' in -x\nhint: "flotilla up --help" lists the flags\n`],
    ['--fiel a up', 'error: unknown flag: --fiel\nhint: did you mean "--file"?\n'],
    [
      'up --timeout',
      'error: flag needs an argument: --timeout\nhint: "flotilla up --help" lists the flags\n',
    ],
    ['up -t soon', 'error: invalid value "soon" for --timeout: it is a whole number\n'],
    [
      'up --pull nevr',
      'error: invalid value "nevr" for --pull: it is always, missing or never\nhint: did you mean "never"?\n',
    ],
    ['up --detach=maybe', 'error: invalid value "maybe" for --detach: it is true or false\n'],
    [
      'exec web',
      'error: "flotilla exec" requires at least 2 arguments\nhint: usage: flotilla exec [OPTIONS] SERVICE COMMAND [ARGS...]\n',
    ],
    [
      'version now',
      'error: "flotilla version" does not know what to do with "now"\nhint: usage: flotilla version [OPTIONS]\n',
    ],
  ])('%s', async (line, stderr) => {
    expect(await run(line)).toEqual({ exitCode: 1, stdout: '', stderr });
  });
});
