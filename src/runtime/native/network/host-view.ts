import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { bitsOf, formatAddress, parseSubnet, type Subnet } from './cidr.ts';
import type { TakenAddresses } from './pools.ts';

/** The host's routes and the subnets of its addresses, but for ways to everywhere. */
export function hostRoutes(): TakenAddresses['routes'] {
  const own = Object.values(networkInterfaces())
    .flat()
    .flatMap((address) => (address?.cidr ? (parseSubnet(address.cidr) ?? []) : []))
    .filter(isNarrow)
    .map((subnet) => ({ subnet, direct: true }));
  return [...own, ...routesOf(text('/proc/net/route')), ...newRoutesOf(text('/proc/net/ipv6_route'))];
}

/** What a packet to the outside may have at most: of the device that the default route takes. */
export function outsideMtu(): number {
  const [, device] =
    text('/proc/net/route')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name = '', to, , , , , , mask]) => [`${to}/${mask}`, name] as const)
      .find(([route]) => route === '00000000/00000000') ?? [];
  const mtu = device === undefined ? 0 : Number(text(`/sys/class/net/${device}/mtu`));
  return mtu >= leastMtu && mtu < usualMtu ? mtu : usualMtu;
}

/** proc_net(5): addresses are words in the byte order of the machine. */
export function routesOf(table: string): TakenAddresses['routes'] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, to = '', gateway = '', , , , , mask = ''] = line.split('\t');
      if (to === '') return [];
      const ones = wordOf(mask).toString(2).replace(/0+$/, '').length;
      const subnet = { family: 4, base: BigInt(wordOf(to)), prefix: mask === '00000000' ? 0 : ones } as const;
      return isNarrow(subnet) ? [{ subnet, direct: gateway === '00000000' }] : [];
    });
}

function newRoutesOf(table: string): TakenAddresses['routes'] {
  return table.split('\n').flatMap((line) => {
    const [to = '', length = '', , , gateway = ''] = line.trim().split(/\s+/);
    if (to === '') return [];
    const subnet = { family: 6, base: BigInt(`0x${to}`), prefix: Number.parseInt(length, 16) } as const;
    const isOfLink = formatAddress(6, subnet.base).startsWith('fe80:') || subnet.base >> 120n === 0xffn;
    return isNarrow(subnet) && !isOfLink ? [{ subnet, direct: /^0+$/.test(gateway) }] : [];
  });
}

function wordOf(hex: string): number {
  const bytes = (hex.match(/../g) ?? []).reverse();
  return Number.parseInt(bytes.join(''), 16);
}

function isNarrow({ family, prefix }: Subnet): boolean {
  return prefix > 1 && prefix <= bitsOf(family);
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const usualMtu = 1500;
/** What IPv6 demands of every link. */
const leastMtu = 1280;
