import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { execOptions } from './exec.ts';

export const cpOptions = {
  all: { kind: 'flag', summary: 'Include containers of `run`' },
  archive: {
    kind: 'flag',
    short: 'a',
    summary: 'Into a container: give all to its user; out of it: keep the owners',
  },
  'follow-link': { kind: 'flag', short: 'L', summary: 'Copy what the link SRC leads to' },
  index: execOptions.index,
} as const satisfies OptionTable;

export const cp = defineCommand({
  name: 'cp',
  summary: 'Copy files between containers and this machine',
  details:
    'SRC or DEST is SERVICE:PATH, the other one a path of this machine, or - for a tar archive on standard input or ' +
    'output. Without --index files go into all containers of the service, and come out of the first one. SRC/. is what is ' +
    'in the folder.',
  group: 'work',
  dryRun: 'shows-plan',
  options: cpOptions,
  arguments: [
    { name: 'SRC', required: true },
    { name: 'DEST', required: true },
  ],
  examples: [
    { command: 'flotilla cp web:/var/log/app.log .', shows: 'A log to look at' },
    {
      command: 'flotilla cp ./site/. web:/usr/share/nginx/html',
      shows: 'What is in a folder, to all replicas',
    },
    { command: 'flotilla cp db:/data - | gzip > data.tgz', shows: 'A folder as an archive' },
  ],
  load: () => import('../actions/cp.ts'),
});
