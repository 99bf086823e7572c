import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';
import { pruneOptions } from '../shared-options.ts';

export const imageRmOptions = {
  force: {
    kind: 'flag',
    short: 'f',
    summary: 'Take all tags of an id away, and pass over what is not there',
  },
  'no-prune': { kind: 'flag', summary: 'Accepted for docker: there are no parents to keep', hidden: true },
} as const satisfies OptionTable;

export const imageRm = defineCommand({
  name: 'image rm',
  aliases: ['image remove', 'rmi'],
  summary: 'Remove images',
  group: 'manage',
  options: imageRmOptions,
  arguments: [{ name: 'IMAGE', required: true, variadic: true }],
  examples: [{ command: 'flotilla image rm shop:1', shows: 'The tag, and the image when it was its last' }],
  load: () => import('../../actions/image/rm.ts'),
});

export const imageTag = defineCommand({
  name: 'image tag',
  aliases: ['tag'],
  summary: 'Give an image another name',
  group: 'manage',
  options: {},
  arguments: [
    { name: 'IMAGE', required: true },
    { name: 'REPOSITORY[:TAG]', required: true },
  ],
  examples: [{ command: 'flotilla image tag shop:1 registry.example/shop:1', shows: 'A name more' }],
  load: () => import('../../actions/image/tag.ts'),
});

export const imageInspectOptions = {
  format: { kind: 'text', short: 'f', summary: 'json, or a Go template' },
} as const satisfies OptionTable;

export const imageInspect = defineCommand({
  name: 'image inspect',
  summary: 'Show everything about images',
  group: 'manage',
  dryRun: 'as-usual',
  options: imageInspectOptions,
  arguments: [{ name: 'IMAGE', required: true, variadic: true }],
  examples: [{ command: "flotilla image inspect -f '{{.Id}}' shop:1", shows: 'Its id' }],
  load: () => import('../../actions/image/inspect.ts'),
});

export const imagePruneOptions = {
  all: {
    kind: 'flag',
    short: 'a',
    summary: 'Remove all images that no container is of, not only nameless ones',
  },
  ...pruneOptions,
} as const satisfies OptionTable;

export const imagePrune = defineCommand({
  name: 'image prune',
  summary: 'Remove images that nothing uses',
  group: 'manage',
  options: imagePruneOptions,
  arguments: [],
  examples: [{ command: 'flotilla image prune -a -f', shows: 'Everything that no container is of' }],
  load: () => import('../../actions/image/prune.ts'),
});
