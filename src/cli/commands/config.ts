import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const configOptions = {
  environment: { kind: 'flag', summary: 'Print the variables that interpolation sees' },
  explain: { kind: 'text', value: 'PATH', summary: 'Tell where the value at a path of the model comes from' },
  format: { kind: 'text', summary: 'Format of the output', choices: ['yaml', 'json'] },
  hash: { kind: 'text', value: 'services', summary: 'Print the config hash of services, "*" for all' },
  images: { kind: 'flag', summary: 'Print the names of the images' },
  'lock-image-digests': {
    kind: 'flag',
    summary: 'Print an override file that pins the images, and nothing else',
  },
  networks: { kind: 'flag', summary: 'Print the names of the networks' },
  'no-consistency': { kind: 'flag', summary: 'Do not check whether the parts fit together' },
  'no-env-resolution': { kind: 'flag', summary: 'Do not read the env files of services' },
  'no-interpolate': { kind: 'flag', summary: 'Do not replace variables' },
  'no-normalize': { kind: 'flag', summary: 'Do not bring the model into its normal form' },
  'no-path-resolution': { kind: 'flag', summary: 'Leave paths as they are written' },
  output: { kind: 'text', short: 'o', value: 'file', summary: 'Write to this file' },
  profiles: { kind: 'flag', summary: 'Print the names of the profiles' },
  quiet: { kind: 'flag', short: 'q', summary: 'Only check the files' },
  'resolve-image-digests': {
    kind: 'flag',
    summary: 'Pin images to the digests that registries have for them',
  },
  services: { kind: 'flag', summary: 'Print the names of the services' },
  volumes: { kind: 'flag', summary: 'Print the names of the volumes' },
} as const satisfies OptionTable;

export const config = defineCommand({
  name: 'config',
  summary: 'Check the Compose files and print what they mean',
  group: 'inspect',
  options: configOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla config', shows: 'The whole model after variables, overrides and defaults' },
    { command: 'flotilla config -q', shows: 'Only whether the files are right' },
    {
      command: 'flotilla config --explain services.web.image',
      shows: 'The file, line, variable or default that a value comes from',
    },
    { command: "flotilla config --hash '*'", shows: 'What decides whether containers are recreated' },
  ],
  load: () => import('../actions/config.ts'),
});
