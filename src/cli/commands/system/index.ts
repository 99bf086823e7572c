import { type CommandDefinition, defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';
import { pruneOptions } from '../shared-options.ts';

export const systemDfOptions = {
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  verbose: { kind: 'flag', short: 'v', summary: 'Show each image, container and volume' },
} as const satisfies OptionTable;

const systemDf = defineCommand({
  name: 'system df',
  summary: 'Show what takes how much of the disk',
  group: 'manage',
  dryRun: 'as-usual',
  options: systemDfOptions,
  arguments: [],
  examples: [{ command: 'flotilla system df -v', shows: 'Each image, container and volume' }],
  load: () => import('../../actions/system/df.ts'),
});

export const systemPruneOptions = {
  all: {
    kind: 'flag',
    short: 'a',
    summary: 'Remove all images that no container is of, not only nameless ones',
  },
  ...pruneOptions,
  volumes: { kind: 'flag', summary: 'Remove volumes without a name too' },
} as const satisfies OptionTable;

const systemPrune = defineCommand({
  name: 'system prune',
  summary: 'Remove everything that nothing uses',
  details:
    'Volumes with a name are data: only `flotilla volume prune --all` and `down --volumes` remove them.',
  group: 'manage',
  options: systemPruneOptions,
  arguments: [],
  examples: [
    { command: 'flotilla system prune -a --volumes', shows: 'Images with names and nameless volumes too' },
  ],
  load: () => import('../../actions/system/prune.ts'),
});

export const systemInfoOptions = {
  format: { kind: 'text', short: 'f', summary: 'json, or a Go template' },
} as const satisfies OptionTable;

const systemInfo = defineCommand({
  name: 'system info',
  aliases: ['info'],
  summary: 'Show the engine and its machine',
  group: 'manage',
  dryRun: 'as-usual',
  options: systemInfoOptions,
  arguments: [],
  examples: [
    { command: "flotilla info -f '{{.DockerRootDir}}'", shows: 'Where the engine keeps everything' },
  ],
  load: () => import('../../actions/system/info.ts'),
});

export const systemCommands: readonly CommandDefinition[] = [systemDf, systemPrune, systemInfo];
