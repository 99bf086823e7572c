import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const configOptions = {
  environment: { kind: 'flag', summary: 'Print the variables that interpolation sees' },
  explain: { kind: 'text', value: 'PATH', summary: 'Tell where the value at a path of the model comes from' },
  format: { kind: 'text', value: 'yaml|json', summary: 'Format of the output' },
  hash: { kind: 'text', value: 'services', summary: 'Print the config hash of services, "*" for all' },
  images: { kind: 'flag', summary: 'Print the names of the images' },
  'lock-image-digests': {
    kind: 'flag',
    summary: 'Print an override file that pins the images, and nothing else',
  },
  models: { kind: 'flag', summary: 'Print the names of the models' },
  networks: { kind: 'flag', summary: 'Print the names of the networks' },
  'no-consistency': { kind: 'flag', summary: 'Do not check whether the parts fit together' },
  'no-env-resolution': { kind: 'flag', summary: 'Do not read the env files of services' },
  'no-interpolate': { kind: 'flag', summary: 'Do not replace variables' },
  'no-normalize': { kind: 'flag', summary: 'Do not bring the model into its normal form' },
  'no-path-resolution': { kind: 'flag', summary: 'Leave paths as they are written' },
  output: { kind: 'text', short: 'o', value: 'file', summary: 'Write to this file' },
  profiles: { kind: 'flag', summary: 'Print the names of the profiles' },
  quiet: { kind: 'flag', short: 'q', summary: 'Only check the files' },
  redact: { kind: 'flag', summary: 'Hide passwords, tokens, keys and the content of secrets' },
  'resolve-image-digests': {
    kind: 'flag',
    summary: 'Pin images to the digests that registries have for them',
  },
  services: { kind: 'flag', summary: 'Print the names of the services' },
  variables: { kind: 'flag', summary: 'Print the variables of the files and their defaults' },
  volumes: { kind: 'flag', summary: 'Print the names of the volumes' },
} as const satisfies OptionTable;

export const config = defineCommand({
  name: 'config',
  summary: 'Check the Compose files and print what they mean',
  details:
    'Of several questions, such as --services and --images, the first is answered in the order services, volumes, ' +
    'networks, models, hash, profiles, images, variables, environment.',
  group: 'inspect',
  dryRun: 'as-usual',
  options: configOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla config', shows: 'The whole model after variables, overrides and defaults' },
    { command: 'flotilla config -q', shows: 'Only whether the files are right' },
    {
      command: 'flotilla config --explain services.web.image',
      shows: 'The file, line, variable or default that a value comes from',
    },
    { command: 'flotilla config web', shows: 'The service web and what it depends on' },
    {
      command: 'flotilla config --redact -o model.yaml',
      shows: 'The model without its secrets, to show to others',
    },
    { command: 'flotilla config --variables', shows: 'What can be set in the environment or in .env' },
    { command: "flotilla config --hash '*'", shows: 'What decides whether containers are recreated' },
  ],
  load: () => import('../actions/config.ts'),
});
