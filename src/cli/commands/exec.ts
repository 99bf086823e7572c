import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { terminalOptions } from './shared-options.ts';

export const execOptions = {
  detach: { kind: 'flag', short: 'd', summary: 'Start the command and return' },
  env: { kind: 'list', short: 'e', value: 'KEY=VALUE', summary: 'Set an environment variable' },
  index: { kind: 'integer', summary: 'Replica of the service' },
  interactive: { kind: 'flag', short: 'i', summary: 'Keep standard input open', default: true, hidden: true },
  'no-tty': terminalOptions['no-tty'],
  privileged: { kind: 'flag', summary: 'Give the command extended privileges' },
  tty: terminalOptions.tty,
  user: { kind: 'text', short: 'u', summary: 'Run as this user' },
  workdir: { kind: 'text', short: 'w', summary: 'Run in this folder' },
} as const satisfies OptionTable;

export const exec = defineCommand({
  name: 'exec',
  summary: 'Run a command in a running container',
  group: 'work',
  options: execOptions,
  arguments: [
    { name: 'SERVICE', required: true },
    { name: 'COMMAND', required: true },
    { name: 'ARG', variadic: true },
  ],
  examples: [
    { command: 'flotilla exec db psql -U shop', shows: 'A database prompt' },
    { command: 'flotilla exec -T db pg_dump shop > dump.sql', shows: 'Without a terminal, for pipes' },
  ],
  passThrough: true,
  load: () => import('../actions/exec.ts'),
});
