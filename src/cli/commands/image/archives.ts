import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const imageLoadOptions = {
  input: { kind: 'text', short: 'i', summary: 'File or folder to read instead of standard input' },
  platform: { kind: 'text', summary: 'Platform to take from archives for several, e.g. linux/arm64' },
  quiet: { kind: 'flag', short: 'q', summary: 'Accepted for docker: there is no progress to leave out' },
} as const satisfies OptionTable;

export const imageLoad = defineCommand({
  name: 'image load',
  aliases: ['load'],
  summary: 'Load images from an archive of docker save, an OCI archive or an OCI folder',
  group: 'manage',
  options: imageLoadOptions,
  arguments: [],
  examples: [{ command: 'flotilla image load -i shop.tar', shows: 'What `docker save -o shop.tar` wrote' }],
  load: () => import('../../actions/image/load.ts'),
});

export const imageSaveOptions = {
  output: { kind: 'text', short: 'o', summary: 'File to write instead of standard output' },
} as const satisfies OptionTable;

export const imageSave = defineCommand({
  name: 'image save',
  aliases: ['save'],
  summary: 'Save images to an archive that docker load can read',
  group: 'manage',
  options: imageSaveOptions,
  arguments: [{ name: 'IMAGE', required: true, variadic: true }],
  examples: [{ command: 'flotilla image save shop:1 | gzip > shop.tar.gz', shows: 'Packed' }],
  load: () => import('../../actions/image/save.ts'),
});

export const imageImportOptions = {
  change: { kind: 'list', short: 'c', summary: 'Line of a Dockerfile to apply, e.g. CMD ["/bin/sh"]' },
  message: { kind: 'text', short: 'm', summary: 'What its history says' },
  platform: { kind: 'text', summary: 'Platform that it is for; this machine unless given' },
} as const satisfies OptionTable;

export const imageImport = defineCommand({
  name: 'image import',
  aliases: ['import'],
  summary: 'Make an image of the file system in a tar archive',
  group: 'manage',
  options: imageImportOptions,
  arguments: [{ name: 'FILE|-', required: true }, { name: 'REPOSITORY[:TAG]' }],
  examples: [
    { command: 'docker export box | flotilla image import - box:1', shows: 'A container of docker' },
  ],
  load: () => import('../../actions/image/import.ts'),
});
