import { BlockList, isIPv6 } from 'node:net';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { IpamPoolSpec } from '../../../network/index.ts';

export interface PoolWords {
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** Each subnet with what of the others lies in it. Throws `cli.usage` for what is in none. */
export function poolsOf({ subnets, ranges, gateways, auxiliary }: PoolWords): readonly IpamPoolSpec[] {
  const places = subnets.map((subnet) => ({ subnet, contains: within(subnet) }));
  const own = (text: string): string => {
    const place = places.find(({ contains }) => contains(text.split('/')[0] ?? ''));
    if (place !== undefined) return place.subnet;
    throw new FlotillaError('cli.usage', `${quote(text)} is in none of the subnets`, {
      hint: 'Every --ip-range, --gateway and --aux-address needs a --subnet that it is in.',
    });
  };
  const rangeOf = only('ip-range', ranges, own);
  const gatewayOf = only('gateway', gateways, own);
  const others = Object.entries(auxiliary).map(([name, address]) => ({
    name,
    address,
    subnet: own(address),
  }));
  return subnets.map((subnet) => {
    const ipRange = rangeOf.get(subnet);
    const gateway = gatewayOf.get(subnet);
    return {
      subnet,
      ...(ipRange === undefined ? {} : { ipRange }),
      ...(gateway === undefined ? {} : { gateway }),
      auxiliaryAddresses: Object.fromEntries(
        others.filter((each) => each.subnet === subnet).map(({ name, address }) => [name, address]),
      ),
    };
  });
}

function only(
  option: string,
  texts: readonly string[],
  own: (text: string) => string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of texts) {
    const subnet = own(text);
    if (found.has(subnet)) {
      throw new FlotillaError('cli.usage', `there are two --${option} for the subnet ${subnet}`);
    }
    found.set(subnet, text);
  }
  return found;
}

function within(subnet: string): (address: string) => boolean {
  const [base = '', prefix = ''] = subnet.split('/');
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(base, /^\d+$/.test(prefix) ? Number(prefix) : -1, family);
  } catch {
    throw new FlotillaError('cli.usage', `${quote(subnet)} is not a subnet`, {
      hint: 'It is like 10.5.0.0/24.',
    });
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
