import { ipVersion } from '../../../core/ip-address.ts';

/** A range of addresses: `172.18.0.0/16`, `fd00::/64`. */
export interface Subnet {
  readonly family: 4 | 6;
  /** Its first address, as a number. */
  readonly base: bigint;
  readonly prefix: number;
}

/** Undefined for what is no address. */
export function parseAddress(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  const family = ipVersion(text);
  if (family === 0 || text.includes('%')) return undefined;
  return { family, value: family === 4 ? fromIpv4(text) : fromIpv6(text) };
}

/** Undefined for what is no subnet; bits behind the prefix are cleared. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  const prefix = Number(length);
  if (parsed === undefined || prefix > bitsOf(parsed.family)) return undefined;
  const size = sizeOf(parsed.family, prefix);
  return { family: parsed.family, base: parsed.value - (parsed.value % size), prefix };
}

export function formatSubnet({ family, base, prefix }: Subnet): string {
  return `${formatAddress(family, base)}/${prefix}`;
}

/** As people write it: for IPv6, lower case with the longest run of zeros left out. */
export function formatAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return shortest(groups);
}

/** The address in network byte order. */
export function addressBytes(text: string): Uint8Array {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${JSON.stringify(text)}`);
  const bytes = new Uint8Array(bitsOf(parsed.family) / 8);
  for (let index = bytes.length - 1, rest = parsed.value; index >= 0; index -= 1, rest >>= 8n) {
    bytes[index] = Number(rest & 0xffn);
  }
  return bytes;
}

export function lastOf({ family, base, prefix }: Subnet): bigint {
  return base + sizeOf(family, prefix) - 1n;
}

export function contains(subnet: Subnet, family: 4 | 6, value: bigint): boolean {
  return family === subnet.family && value >= subnet.base && value <= lastOf(subnet);
}

export function overlaps(left: Subnet, right: Subnet): boolean {
  return left.family === right.family && left.base <= lastOf(right) && right.base <= lastOf(left);
}

export function sizeOf(family: 4 | 6, prefix: number): bigint {
  return 1n << BigInt(bitsOf(family) - prefix);
}

export function bitsOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function fromIpv4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function fromIpv6(text: string): bigint {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const low = tail === null ? 0n : fromIpv4(tail[2] ?? '');
  const whole =
    tail === null ? text : `${tail[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const [front = '', back] = whole.split('::');
  const [left, right] = [groupsOf(front), groupsOf(back ?? '')];
  const zeros = back === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

/** RFC 5952: the first longest run of at least two zeros is left out. */
function shortest(groups: readonly string[]): string {
  let best = { from: 0, length: 1 };
  for (let from = 0; from < groups.length; from += 1) {
    let length = 0;
    while (groups[from + length] === '0') length += 1;
    if (length > best.length) best = { from, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`;
}
