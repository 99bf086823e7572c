import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const imagePushOptions = {
  'all-tags': { kind: 'flag', short: 'a', summary: 'Push all tags of the repository' },
  'disable-content-trust': { kind: 'flag', summary: 'Accepted for docker: nothing is signed', hidden: true },
  quiet: { kind: 'flag', short: 'q', summary: 'Print only the name of what was pushed' },
} as const satisfies OptionTable;

export const imagePush = defineCommand({
  name: 'image push',
  summary: 'Send an image to its registry',
  group: 'manage',
  options: imagePushOptions,
  arguments: [{ name: 'NAME[:TAG]', required: true }],
  examples: [
    { command: 'flotilla image push registry.example/shop:1', shows: 'Its name says where it goes' },
    { command: 'flotilla image push -a registry.example/shop', shows: 'All tags of it that are here' },
  ],
  load: () => import('../../actions/image/push.ts'),
});
