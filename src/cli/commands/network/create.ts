import { defineCommand } from '../../command.ts';
import type { OptionTable } from '../../option.ts';

export const networkCreateOptions = {
  attachable: { kind: 'flag', summary: 'Let containers join a network of Swarm by hand' },
  'aux-address': { kind: 'list', summary: 'Address that no container gets: NAME=ADDRESS' },
  driver: { kind: 'text', short: 'd', summary: 'Driver of the network', default: 'bridge' },
  gateway: { kind: 'list', summary: 'Gateway of the subnet' },
  internal: { kind: 'flag', summary: 'Let nothing out of it' },
  'ip-range': { kind: 'list', summary: 'Part of the subnet from which containers get addresses' },
  'ipam-driver': { kind: 'text', summary: 'Driver that gives addresses', default: 'default' },
  'ipam-opt': { kind: 'list', summary: 'Option of that driver: NAME=VALUE' },
  ipv4: { kind: 'flag', summary: 'Give IPv4 addresses', default: 'unset' },
  ipv6: { kind: 'flag', summary: 'Give IPv6 addresses', default: 'unset' },
  label: { kind: 'list', summary: 'Label that it gets: NAME or NAME=VALUE' },
  opt: { kind: 'list', short: 'o', summary: 'Option of the driver: NAME=VALUE' },
  subnet: { kind: 'list', summary: 'Subnet, as 10.5.0.0/24; one for each family' },
} as const satisfies OptionTable;

export const networkCreate = defineCommand({
  name: 'network create',
  summary: 'Create a network',
  group: 'manage',
  options: networkCreateOptions,
  arguments: [{ name: 'NETWORK', required: true }],
  examples: [
    { command: 'flotilla network create proxy', shows: 'For files that name it with `external: true`' },
    { command: 'flotilla network create --internal --subnet 10.5.0.0/24 back', shows: 'With no way out' },
  ],
  load: () => import('../../actions/network/create.ts'),
});
