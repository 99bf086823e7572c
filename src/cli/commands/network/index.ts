import { type CommandDefinition, defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';
import { pruneOptions } from '../shared-options.ts';
import { networkCreate } from './create.ts';

export const networkLsOptions = {
  filter: {
    kind: 'list',
    short: 'f',
    value: 'filter',
    summary: 'Show only these: dangling, driver, id, label, name, scope or type=custom',
  },
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  'no-trunc': { kind: 'flag', summary: 'Do not shorten the output' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only ids' },
} as const satisfies OptionTable;

const networkLs = defineCommand({
  name: 'network ls',
  aliases: ['network list'],
  summary: 'List networks',
  group: 'manage',
  dryRun: 'as-usual',
  options: networkLsOptions,
  arguments: [],
  examples: [
    { command: 'flotilla network ls -f type=custom', shows: 'Those that the engine did not make itself' },
  ],
  load: () => import('../../actions/network/ls.ts'),
});

export const networkInspectOptions = {
  format: { kind: 'text', short: 'f', summary: 'json, or a Go template' },
  verbose: {
    kind: 'flag',
    short: 'v',
    summary: 'Accepted for docker: there is no more to show',
    hidden: true,
  },
} as const satisfies OptionTable;

const networkInspect = defineCommand({
  name: 'network inspect',
  summary: 'Show everything about networks',
  group: 'manage',
  dryRun: 'as-usual',
  options: networkInspectOptions,
  arguments: [{ name: 'NETWORK', required: true, variadic: true }],
  examples: [
    { command: "flotilla network inspect -f '{{json .Containers}}' proxy", shows: 'Who runs in it' },
  ],
  load: () => import('../../actions/network/inspect.ts'),
});

export const networkRmOptions = {
  force: { kind: 'flag', short: 'f', summary: 'Pass over what is not there' },
} as const satisfies OptionTable;

const networkRm = defineCommand({
  name: 'network rm',
  aliases: ['network remove'],
  summary: 'Remove networks',
  group: 'manage',
  options: networkRmOptions,
  arguments: [{ name: 'NETWORK', required: true, variadic: true }],
  examples: [{ command: 'flotilla network rm proxy', shows: 'Unless a container runs in it' }],
  load: () => import('../../actions/network/rm.ts'),
});

export const networkPruneOptions = {
  ...pruneOptions,
} as const satisfies OptionTable;

const networkPrune = defineCommand({
  name: 'network prune',
  summary: 'Remove networks in which no container runs',
  group: 'manage',
  options: networkPruneOptions,
  arguments: [],
  examples: [{ command: 'flotilla network prune -f --filter until=24h', shows: 'Those that are a day old' }],
  load: () => import('../../actions/network/prune.ts'),
});

export const networkCommands: readonly CommandDefinition[] = [
  networkLs,
  networkInspect,
  networkCreate,
  networkRm,
  networkPrune,
];
