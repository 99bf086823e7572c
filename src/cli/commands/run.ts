import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { terminalOptions } from './shared-options.ts';

export const runOptions = {
  build: { kind: 'flag', summary: 'Build the image before starting' },
  'cap-add': { kind: 'list', value: 'capability', summary: 'Give it a Linux capability more' },
  'cap-drop': { kind: 'list', value: 'capability', summary: 'Take a Linux capability away' },
  detach: { kind: 'flag', short: 'd', summary: 'Leave it running in the background, and print its id' },
  entrypoint: { kind: 'text', summary: "Instead of the image's or the file's entry point" },
  env: { kind: 'list', short: 'e', value: 'KEY=VALUE', summary: 'Set an environment variable' },
  'env-from-file': { kind: 'list', value: 'file', summary: 'Set the environment variables of this file' },
  interactive: { kind: 'flag', short: 'i', summary: 'Keep standard input open', default: true },
  label: { kind: 'list', short: 'l', value: 'KEY=VALUE', summary: 'Give the container a label more' },
  name: { kind: 'text', summary: 'Name of the container' },
  'no-deps': { kind: 'flag', summary: 'Leave the dependencies of the service alone' },
  'no-tty': terminalOptions['no-tty'],
  publish: { kind: 'list', short: 'p', value: 'port', summary: 'Publish a port of the container' },
  pull: {
    kind: 'text',
    value: 'policy',
    summary: 'When to pull images',
    choices: ['always', 'missing', 'if_not_present', 'never', 'build', 'policy'],
    default: 'policy',
  },
  quiet: { kind: 'flag', short: 'q', summary: 'Show the output of the container only' },
  'quiet-build': { kind: 'flag', summary: 'Do not show the output of builds' },
  'quiet-pull': { kind: 'flag', summary: 'Do not show the progress of pulls' },
  'remove-orphans': {
    kind: 'flag',
    summary: 'Remove containers of services that are no longer in the file',
    default: 'unset',
  },
  rm: { kind: 'flag', summary: 'Remove the container when it has ended' },
  'service-ports': { kind: 'flag', short: 'P', summary: 'Publish the ports of the service' },
  tty: terminalOptions.tty,
  'use-aliases': { kind: 'flag', summary: "Know it by the service's names in the networks" },
  user: { kind: 'text', short: 'u', summary: 'Run as this user' },
  volume: { kind: 'list', short: 'v', value: 'volume', summary: 'Mount a volume or a folder more' },
  workdir: { kind: 'text', short: 'w', summary: 'Run in this folder' },
  yes: { kind: 'flag', short: 'y', summary: 'Say yes to every question' },
} as const satisfies OptionTable;

export const run = defineCommand({
  name: 'run',
  summary: 'Run a command once in a new container of a service',
  group: 'work',
  dryRun: 'shows-plan',
  options: runOptions,
  arguments: [{ name: 'SERVICE', required: true }, { name: 'COMMAND' }, { name: 'ARG', variadic: true }],
  examples: [
    { command: 'flotilla run --rm api npm test', shows: 'The tests, with the database that api depends on' },
    { command: 'flotilla run --rm --no-deps api sh', shows: 'A shell in the image of api' },
  ],
  passThrough: true,
  load: () => import('../actions/run.ts'),
});
