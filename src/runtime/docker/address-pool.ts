import { BlockList } from 'node:net';
import { type Evidence, FlotillaError } from '../../core/error.ts';
import { compareBytes } from '../../core/text.ts';
import type { NetworkSpec } from '../../network/index.ts';
import type { EngineClient } from './client.ts';
import { RefusedError } from './failure.ts';
import type { NetworkBody } from './wire.ts';

const mostNamed = 8;

/** Adds to a refused network who has its addresses, or which networks hold addresses for nobody. */
export async function withAddressHolders(
  client: EngineClient,
  spec: NetworkSpec,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!(error instanceof RefusedError) || error.code !== 'engine.address-pool') return error;
  const look = /overlaps|already used/i.test(error.reply) ? overlapping : unused;
  const evidence = await look(client, spec, signal).catch(() => []);
  if (evidence.length === 0) return error;
  return new FlotillaError(error.code, error.message, {
    evidence,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

async function overlapping(
  client: EngineClient,
  spec: NetworkSpec,
  signal: AbortSignal | undefined,
): Promise<readonly Evidence[]> {
  const wanted = spec.ipam.pools.flatMap(({ subnet }) => (subnet === undefined ? [] : [subnet]));
  const networks = await client.json<readonly NetworkBody[]>(
    { method: 'GET', path: '/networks', task: 'list the networks' },
    signal,
  );
  return networks.flatMap(({ Name, IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
      Subnet !== undefined && wanted.some((subnet) => overlap(subnet, Subnet))
        ? [{ title: `network ${Name} has the subnet ${Subnet}`, lines: [] }]
        : [],
    ),
  );
}

async function unused(
  client: EngineClient,
  _: NetworkSpec,
  signal: AbortSignal | undefined,
): Promise<readonly Evidence[]> {
  const query = { filters: JSON.stringify({ dangling: ['true'] }) };
  const task = 'list the networks that nobody uses';
  const bodies = await client.json<readonly NetworkBody[]>(
    { method: 'GET', path: '/networks', query, task },
    signal,
  );
  const names = bodies.map(({ Name }) => Name).sort(compareBytes);
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : [];
  return [
    {
      title: `${names.length === 1 ? 'no container uses this network' : `no container uses these ${names.length} networks`}:`,
      lines: [...names.slice(0, mostNamed), ...more],
    },
  ];
}

/** One of two overlapping subnets always holds the other one's first address. */
function overlap(left: string, right: string): boolean {
  return holds(left, right) || holds(right, left);
}

function holds(subnet: string, other: string): boolean {
  const [base = '', prefix = ''] = subnet.split('/');
  const [address = ''] = other.split('/');
  const family = base.includes(':') ? 'ipv6' : 'ipv4';
  if (address.includes(':') !== base.includes(':')) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(prefix), family);
  return list.check(address, family);
}
