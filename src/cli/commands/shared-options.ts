import type { OptionTable } from '../option.ts';

/** Of commands that run something for a person, or for a pipe. */
export const terminalOptions = {
  'no-tty': {
    kind: 'flag',
    short: 'T',
    summary: 'Do not allocate a terminal (default: when there is none)',
    default: 'unset',
    oldNames: ['no-TTY'],
  },
  tty: { kind: 'flag', short: 't', summary: 'Allocate a terminal', default: 'unset', hidden: true },
} as const satisfies OptionTable;

/** Of commands that remove what nothing uses. */
export const pruneOptions = {
  filter: {
    kind: 'list',
    value: 'filter',
    summary: 'Remove only these: until=24h, label=NAME[=VALUE], label!=NAME[=VALUE]',
  },
  force: { kind: 'flag', short: 'f', summary: 'Do not ask' },
} as const satisfies OptionTable;
