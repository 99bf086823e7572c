import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const imageLsOptions = {
  all: { kind: 'flag', short: 'a', summary: 'Accepted for docker: all images are shown anyway' },
  digests: { kind: 'flag', summary: 'Show digests' },
  filter: {
    kind: 'list',
    short: 'f',
    value: 'filter',
    summary: 'Show only these: dangling=true, label=NAME, reference=PATTERN, before=IMAGE, since=IMAGE',
  },
  format: { kind: 'text', summary: 'table, json, or a Go template', default: 'table' },
  'no-trunc': { kind: 'flag', summary: 'Do not shorten the output' },
  quiet: { kind: 'flag', short: 'q', summary: 'Show only ids' },
} as const satisfies OptionTable;

export const imageLs = defineCommand({
  name: 'image ls',
  aliases: ['image list'],
  summary: 'List images',
  group: 'manage',
  dryRun: 'as-usual',
  options: imageLsOptions,
  arguments: [{ name: 'REPOSITORY[:TAG]' }],
  examples: [{ command: 'flotilla image ls --filter dangling=true -q', shows: 'Images without a name' }],
  load: () => import('../../actions/image/ls.ts'),
});
