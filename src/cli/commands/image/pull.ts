import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const imagePullOptions = {
  platform: { kind: 'text', summary: 'Platform of the image, e.g. linux/arm64' },
  quiet: { kind: 'flag', short: 'q', summary: 'Print only the name of what was pulled' },
} as const satisfies OptionTable;

export const imagePull = defineCommand({
  name: 'image pull',
  summary: 'Download an image from a registry',
  group: 'manage',
  options: imagePullOptions,
  arguments: [{ name: 'NAME[:TAG|@DIGEST]', required: true }],
  examples: [{ command: 'flotilla image pull nginx:1.29', shows: 'From Docker Hub' }],
  load: () => import('../../actions/image/pull.ts'),
});
