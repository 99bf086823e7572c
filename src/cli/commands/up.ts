import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const upOptions = {
  'abort-on-container-exit': {
    kind: 'flag',
    summary: 'Stop all containers when one ends, and exit with its code',
  },
  'abort-on-container-failure': {
    kind: 'flag',
    summary: 'Stop all containers when one fails, and exit with its code',
  },
  'always-recreate-deps': { kind: 'flag', summary: 'Recreate the dependencies of the named services too' },
  attach: { kind: 'list', value: 'service', summary: 'Show the output of this service only' },
  'attach-dependencies': {
    kind: 'flag',
    summary: 'Show the output of the dependencies of the named services too',
  },
  build: { kind: 'flag', summary: 'Build images before starting' },
  detach: { kind: 'flag', short: 'd', summary: 'Leave the containers running in the background' },
  'exit-code-from': {
    kind: 'text',
    value: 'service',
    summary: "Exit with this service's code; implies --abort-on-container-exit",
  },
  'fast-ready': {
    kind: 'flag',
    summary: 'Run the health checks that others wait for at once, and not only at their interval',
    default: 'unset',
  },
  'force-recreate': { kind: 'flag', summary: 'Recreate containers although nothing changed' },
  menu: { kind: 'flag', summary: 'Keyboard shortcuts while attached (not there yet)', default: 'unset' },
  'no-attach': { kind: 'list', value: 'service', summary: 'Do not show the output of this service' },
  'no-build': { kind: 'flag', summary: 'Do not build images, even when they are missing' },
  'no-color': { kind: 'flag', summary: 'Do not colour the output of containers' },
  'no-deps': { kind: 'flag', summary: 'Leave the dependencies of the named services alone' },
  'no-log-prefix': { kind: 'flag', summary: "Do not print the container's name before each line" },
  'no-recreate': { kind: 'flag', summary: 'Keep existing containers although their definition changed' },
  'no-start': { kind: 'flag', summary: 'Create containers without starting them' },
  pull: {
    kind: 'text',
    value: 'policy',
    summary: 'When to pull images',
    choices: ['always', 'missing', 'if_not_present', 'never', 'build', 'policy'],
    default: 'policy',
  },
  'plan-file': {
    kind: 'text',
    value: 'file',
    summary: 'Do what this plan of "flotilla plan --json" says, or nothing when that has changed',
  },
  'quiet-build': { kind: 'flag', summary: 'Do not show the output of builds' },
  'quiet-pull': { kind: 'flag', summary: 'Do not show the progress of pulls' },
  'remove-orphans': {
    kind: 'flag',
    summary: 'Remove containers of services that are no longer in the file',
    default: 'unset',
  },
  'renew-anon-volumes': {
    kind: 'flag',
    short: 'V',
    summary: 'Give recreated containers fresh anonymous volumes',
  },
  scale: { kind: 'list', value: 'SERVICE=NUM', summary: 'Run this many containers of a service' },
  timeout: {
    kind: 'integer',
    short: 't',
    summary: 'Seconds between the stop signal and killing a container',
  },
  timings: { kind: 'flag', summary: 'Show where the time went, by service and phase, when all has started' },
  'timings-file': { kind: 'text', value: 'file', summary: 'Write where the time went to this file, as JSON' },
  timestamps: { kind: 'flag', summary: 'Print the time before each line of output' },
  wait: { kind: 'flag', summary: 'Wait until services are running or healthy; implies --detach' },
  'wait-timeout': { kind: 'integer', summary: 'Seconds to wait at most' },
  watch: {
    kind: 'flag',
    short: 'w',
    summary: 'Have the containers follow the files that develop.watch names',
  },
  yes: { kind: 'flag', short: 'y', summary: 'Say yes to every question', oldNames: ['y'] },
} as const satisfies OptionTable;

export const up = defineCommand({
  name: 'up',
  summary: 'Create and start containers',
  group: 'run',
  dryRun: 'shows-plan',
  options: upOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla up', shows: 'Start everything and follow the output; Ctrl+C stops it' },
    { command: 'flotilla up -d --wait', shows: 'Start in the background and return when all is ready' },
    { command: 'flotilla up -d web', shows: 'Start web and what it depends on' },
  ],
  load: () => import('../actions/up.ts'),
});
