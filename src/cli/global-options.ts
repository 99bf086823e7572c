import type { OptionTable, OptionValues } from './option.ts';

/** Options of every command, with docker compose's spellings. They come before the command's name. */
export const globalOptions = {
  'all-resources': { kind: 'flag', summary: 'Include all resources, also those that no service uses' },
  ansi: {
    kind: 'text',
    summary: 'When to print colours and cursor movements',
    choices: ['auto', 'never', 'always'],
  },
  compatibility: { kind: 'flag', summary: 'Use the container names of Compose v1 (project_service_1)' },
  context: { kind: 'text', summary: 'Docker context to connect to' },
  'dry-run': { kind: 'flag', summary: 'Show what would be done and do nothing' },
  'env-file': { kind: 'list', summary: 'Environment file to use instead of .env' },
  file: { kind: 'list', short: 'f', summary: 'Compose file; "-" reads standard input' },
  host: { kind: 'text', short: 'H', summary: 'Engine to connect to, e.g. unix:///run/docker.sock' },
  'insecure-registry': {
    kind: 'list',
    value: 'host',
    summary: 'Registry to speak to without encryption',
    hidden: true,
  },
  parallel: {
    kind: 'integer',
    summary: 'Most pulls, and most other engine calls, at a time; -1: as many as help',
  },
  profile: { kind: 'list', summary: 'Profile to enable' },
  progress: {
    kind: 'text',
    summary: 'How to show progress',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
  },
  'project-directory': {
    kind: 'text',
    summary: "Folder that relative paths start from (default: the first Compose file's)",
    oldNames: ['workdir'],
  },
  'project-name': { kind: 'text', short: 'p', summary: 'Project name' },
  runtime: {
    kind: 'text',
    summary: 'What runs the containers; auto: a Docker engine where one answers, else the native engine',
    choices: ['docker', 'native', 'auto'],
  },
  'no-ansi': { kind: 'flag', summary: 'Same as --ansi never', hidden: true },
  verbose: { kind: 'flag', summary: 'Accepted for old scripts, without effect', hidden: true },
} as const satisfies OptionTable;

/** The values as given; COMPOSE_* variables are not applied, because an env file may set them. */
export type GlobalOptions = OptionValues<typeof globalOptions>;
