import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const buildOptions = {
  'build-arg': { kind: 'list', value: 'KEY=VALUE', summary: 'Set a variable of the build' },
  builder: { kind: 'text', summary: 'Builder of buildx that does it' },
  check: { kind: 'flag', summary: 'Look for mistakes in the Dockerfiles, and build nothing' },
  'no-cache': { kind: 'flag', summary: 'Build every step anew' },
  pull: { kind: 'flag', summary: 'Look for newer images that it begins with' },
  print: {
    kind: 'flag',
    summary: 'Print a file for `docker buildx bake` that does the same, and build nothing',
  },
  provenance: { kind: 'text', summary: 'Say where the image comes from, in an attestation' },
  push: { kind: 'flag', summary: 'Send images with a name of their own to their registry' },
  quiet: { kind: 'flag', short: 'q', summary: 'Do not show the output of the builder' },
  sbom: { kind: 'text', summary: 'Say what is in the image, in an attestation' },
  ssh: { kind: 'list', value: 'default|id=path', summary: 'Let the build use this SSH agent or key' },
  'with-dependencies': { kind: 'flag', summary: 'Build what the services depend on, too' },
  // As for docker compose, they are of builders that are no more.
  compress: { kind: 'flag', summary: 'Accepted for docker compose', hidden: true, default: true },
  'force-rm': { kind: 'flag', summary: 'Accepted for docker compose', hidden: true, default: true },
  memory: { kind: 'text', short: 'm', summary: 'Accepted for docker compose', hidden: true },
  'no-rm': { kind: 'flag', summary: 'Accepted for docker compose', hidden: true },
  parallel: { kind: 'flag', summary: 'Accepted for docker compose', hidden: true, default: true },
  progress: {
    kind: 'text',
    summary: 'As before the name of the command',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet', 'rawjson'],
    hidden: true,
  },
} as const satisfies OptionTable;

export const build = defineCommand({
  name: 'build',
  summary: 'Build the images of services',
  group: 'run',
  dryRun: 'shows-plan',
  options: buildOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla build', shows: 'Every image that the file says how to build' },
    { command: 'flotilla build --no-cache --pull web', shows: 'web from scratch, on the newest base' },
  ],
  load: () => import('../actions/build.ts'),
});
