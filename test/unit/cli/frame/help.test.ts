import { expect, test } from 'vitest';
import { run } from './support.ts';

test('the help of a command has usage, options and examples', async () => {
  expect((await run('up --help')).stdout).toMatchInlineSnapshot(`
    "Usage:  flotilla up [OPTIONS] [SERVICE...]

    Create and start containers

    Options:
      -d, --detach                 Run in the background
      -h, --help                   Show this help
          --menu                   Show a menu
          --no-build               Build nothing
          --pull string            When to pull (always, missing, never)
          --scale service=number   Number of replicas
      -t, --timeout int            Seconds to wait
      -y, --yes                    Answer every question with yes

    Examples:
      # Start web and what it needs
      flotilla up -d web

    'flotilla --help' lists the options that come before the command.
    "
  `);
});

test('the general help groups the commands', async () => {
  const { stdout } = await run('--help');
  expect(stdout.slice(0, stdout.indexOf('Options:'))).toMatchInlineSnapshot(`
    "Usage:  flotilla [OPTIONS] COMMAND

    Runs multi-container applications from a Compose file

    Run an application:
      up       Create and start containers

    Work in it:
      exec     Run a command in a container

    Other commands:
      version  Show the version

    "
  `);
});

test('no line of help is wider than a terminal of 100 columns', async () => {
  const { stdout } = await run('--help');
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
