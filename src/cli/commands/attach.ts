import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const attachOptions = {
  'detach-keys': { kind: 'text', value: 'keys', summary: 'What leaves it, instead of ctrl-p,ctrl-q' },
  index: { kind: 'integer', summary: 'Replica of the service' },
  'no-stdin': { kind: 'flag', summary: 'Do not pass standard input on' },
  'sig-proxy': { kind: 'flag', summary: 'Pass signals on to the container', default: true },
} as const satisfies OptionTable;

export const attach = defineCommand({
  name: 'attach',
  summary: 'Connect the terminal to a running container; Ctrl+P Ctrl+Q leaves it',
  group: 'work',
  options: attachOptions,
  arguments: [{ name: 'SERVICE', required: true }],
  examples: [
    { command: 'flotilla attach console', shows: 'Type to a service with stdin_open and tty' },
    { command: 'flotilla attach --no-stdin --sig-proxy=false web', shows: 'Only look; Ctrl+C leaves' },
  ],
  load: () => import('../actions/attach.ts'),
});
