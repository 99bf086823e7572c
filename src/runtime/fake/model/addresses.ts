import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { NetworkSpec } from '../../../network/index.ts';
import type { FakeNetwork } from './state.ts';

interface Block {
  readonly first: number;
  readonly size: number;
}

/** The subnet that a new network asks for, or the first of the engine's own that overlaps no other. */
export function freeSubnet(networks: readonly FakeNetwork[], spec: NetworkSpec): string {
  const used = networks.flatMap(({ subnet }) => (subnet === undefined ? [] : [parseBlock(subnet)]));
  const isFree = (subnet: string): boolean => !used.some((block) => overlaps(block, parseBlock(subnet)));
  const asked = spec.ipam.pools.find(({ subnet }) => subnet?.includes('.') === true)?.subnet;
  if (asked !== undefined) {
    if (isFree(asked)) return asked;
    throw new FlotillaError(
      'engine.address-pool',
      `cannot create network ${quote(spec.name)}: its subnet ${asked} overlaps another network's`,
      { hint: 'Choose a subnet that no other network of the engine uses.' },
    );
  }
  const free = defaultPools().find(isFree);
  if (free !== undefined) return free;
  throw new FlotillaError(
    'engine.address-pool',
    `cannot create network ${quote(spec.name)}: all address pools are used up`,
    { hint: 'Remove networks nobody uses, or give the network a subnet of its own.' },
  );
}

/** The address that an endpoint asks for, or the first one behind the gateway that nobody has. */
export function freeAddress(
  network: FakeNetwork,
  taken: readonly string[],
  asked: string | undefined,
): string {
  const block = parseBlock(network.subnet ?? '0.0.0.0/32');
  const used = new Set(taken);
  if (asked !== undefined) {
    const number = parseAddress(asked);
    if (used.has(asked) || number < block.first || number >= block.first + block.size) {
      throw new FlotillaError(
        'engine.request',
        `address ${asked} cannot be had in network ${quote(network.name)}: it is ${used.has(asked) ? 'in use' : `not in ${network.subnet}`}`,
      );
    }
    return asked;
  }
  for (let number = block.first + 2; number < block.first + block.size - 1; number += 1) {
    const address = formatAddress(number);
    if (!used.has(address)) return address;
  }
  throw new FlotillaError('engine.address-pool', `network ${quote(network.name)} has no free address left`);
}

/** The same ones as Docker's, in its order. */
function defaultPools(): readonly string[] {
  const wide = Array.from({ length: 15 }, (_, at) => `172.${17 + at}.0.0/16`);
  const narrow = Array.from({ length: 16 }, (_, at) => `192.168.${at * 16}.0/20`);
  return [...wide, ...narrow];
}

function overlaps(left: Block, right: Block): boolean {
  return left.first < right.first + right.size && right.first < left.first + left.size;
}

function parseBlock(subnet: string): Block {
  const [address = '', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = parseAddress(address);
  return { first: number - (number % size), size };
}

function parseAddress(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
