import { type CommandDefinition, defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const volumeLsOptions = {
  filter: {
    kind: 'list',
    short: 'f',
    value: 'filter',
    summary: 'Show only these: dangling=true, driver=NAME, label=NAME[=VALUE], name=PART',
  },
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only names' },
} as const satisfies OptionTable;

const volumeLs = defineCommand({
  name: 'volume ls',
  aliases: ['volume list'],
  summary: 'List volumes',
  group: 'manage',
  dryRun: 'as-usual',
  options: volumeLsOptions,
  arguments: [],
  examples: [{ command: 'flotilla volume ls -f dangling=true', shows: 'Volumes that no container has' }],
  load: () => import('../../actions/volume/ls.ts'),
});

export const volumeInspectOptions = {
  format: { kind: 'text', short: 'f', summary: 'json, or a Go template' },
} as const satisfies OptionTable;

const volumeInspect = defineCommand({
  name: 'volume inspect',
  summary: 'Show everything about volumes',
  group: 'manage',
  dryRun: 'as-usual',
  options: volumeInspectOptions,
  arguments: [{ name: 'VOLUME', required: true, variadic: true }],
  examples: [
    { command: "flotilla volume inspect -f '{{.Mountpoint}}' shop_data", shows: 'Where its files are' },
  ],
  load: () => import('../../actions/volume/inspect.ts'),
});

export const volumeCreateOptions = {
  driver: { kind: 'text', short: 'd', summary: 'Driver of the volume', default: 'local' },
  label: { kind: 'list', summary: 'Label that it gets: NAME or NAME=VALUE' },
  name: { kind: 'text', summary: 'Name of the volume', hidden: true },
  opt: { kind: 'list', short: 'o', summary: 'Option of the driver: NAME=VALUE' },
} as const satisfies OptionTable;

const volumeCreate = defineCommand({
  name: 'volume create',
  summary: 'Create a volume',
  group: 'manage',
  options: volumeCreateOptions,
  arguments: [{ name: 'VOLUME' }],
  examples: [
    { command: 'flotilla volume create shared', shows: 'For files that name it with `external: true`' },
  ],
  load: () => import('../../actions/volume/create.ts'),
});

export const volumeRmOptions = {
  force: { kind: 'flag', short: 'f', summary: 'Pass over what is not there' },
} as const satisfies OptionTable;

const volumeRm = defineCommand({
  name: 'volume rm',
  aliases: ['volume remove'],
  summary: 'Remove volumes, with what is in them',
  group: 'manage',
  options: volumeRmOptions,
  arguments: [{ name: 'VOLUME', required: true, variadic: true }],
  examples: [{ command: 'flotilla volume rm shop_data', shows: 'Unless a container has it' }],
  load: () => import('../../actions/volume/rm.ts'),
});

export const volumePruneOptions = {
  all: { kind: 'flag', short: 'a', summary: 'Remove those with a name too, not only nameless ones' },
  filter: {
    kind: 'list',
    value: 'filter',
    summary: 'Remove only these: label=NAME[=VALUE], label!=NAME[=VALUE]',
  },
  force: { kind: 'flag', short: 'f', summary: 'Do not ask' },
} as const satisfies OptionTable;

const volumePrune = defineCommand({
  name: 'volume prune',
  summary: 'Remove volumes that no container has',
  group: 'manage',
  options: volumePruneOptions,
  arguments: [],
  examples: [{ command: 'flotilla volume prune', shows: 'Volumes without a name that no container has' }],
  load: () => import('../../actions/volume/prune.ts'),
});

export const volumeCommands: readonly CommandDefinition[] = [
  volumeLs,
  volumeInspect,
  volumeCreate,
  volumeRm,
  volumePrune,
];
