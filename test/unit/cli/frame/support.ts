import { type CommandContext, type CommandDefinition, defineCommand } from '../../../../src/cli/command.ts';
import { main } from '../../../../src/cli/main.ts';
import { type FakeIoOptions, fakeIo } from '../../../support/fake-io.ts';

/** Two commands that print how they were called. */
const commands: readonly CommandDefinition[] = [
  defineCommand({
    name: 'up',
    summary: 'Create and start containers',
    group: 'run',
    options: {
      detach: { kind: 'flag', short: 'd', summary: 'Run in the background' },
      menu: { kind: 'flag', default: 'unset', summary: 'Show a menu' },
      'no-build': { kind: 'flag', summary: 'Build nothing' },
      pull: { kind: 'text', choices: ['always', 'missing', 'never'], summary: 'When to pull' },
      scale: { kind: 'list', value: 'service=number', summary: 'Number of replicas' },
      timeout: { kind: 'integer', short: 't', summary: 'Seconds to wait' },
      yes: { kind: 'flag', short: 'y', summary: 'Answer every question with yes', oldNames: ['y'] },
    },
    arguments: [{ name: 'SERVICE', variadic: true }],
    examples: [{ command: 'flotilla up -d web', shows: 'Start web and what it needs' }],
    load: async () => ({ run: printCall }),
  }),
  defineCommand({
    name: 'exec',
    summary: 'Run a command in a container',
    group: 'work',
    passThrough: true,
    options: {
      env: { kind: 'list', short: 'e', summary: 'Variable to set' },
      'no-tty': { kind: 'flag', short: 'T', summary: 'No terminal' },
    },
    arguments: [
      { name: 'SERVICE', required: true },
      { name: 'COMMAND', required: true },
      { name: 'ARGS', variadic: true },
    ],
    examples: [],
    load: async () => ({ run: printCall }),
  }),
  defineCommand({
    name: 'version',
    summary: 'Show the version',
    group: 'manage',
    options: {},
    arguments: [],
    examples: [],
    load: async () => ({ run: printCall }),
  }),
];

/** Runs a command line against those commands. */
export async function run(line: string, options: FakeIoOptions = {}) {
  const { io, stdout, stderr } = fakeIo(line === '' ? [] : line.split(' '), options);
  const exitCode = await main(io, commands);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** What the command was called with, leaving out what has no value. */
export async function call(line: string): Promise<unknown> {
  const { exitCode, stdout, stderr } = await run(line);
  return exitCode === 0 ? JSON.parse(stdout) : stderr;
}

async function printCall({ options, arguments: words, global, io }: CommandContext): Promise<number> {
  io.stdout.write(JSON.stringify({ options: given(options), words, global: given(global) }));
  return 0;
}

function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isGiven = (value: unknown) => value !== undefined && value !== false && `${value}` !== '';
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isGiven(value)));
}
