import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { execOptions } from './exec.ts';

export const portOptions = {
  index: execOptions.index,
  protocol: { kind: 'text', summary: 'tcp, udp or sctp', default: 'tcp' },
} as const satisfies OptionTable;

export const port = defineCommand({
  name: 'port',
  summary: "Show where a container's port is on the host",
  group: 'inspect',
  dryRun: 'as-usual',
  options: portOptions,
  arguments: [
    { name: 'SERVICE', required: true },
    { name: 'PRIVATE_PORT', required: true },
  ],
  examples: [
    { command: 'flotilla port web 80', shows: 'The address to open in a browser' },
    { command: 'flotilla port --protocol udp --index 2 dns 53', shows: 'The one of the second replica' },
  ],
  load: () => import('../actions/port.ts'),
});
