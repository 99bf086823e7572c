import { describe, expect, test } from 'vitest';
import type { NetworkSpec } from '../../../../../src/network/index.ts';
import {
  contains,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../../../../src/runtime/native/network/cidr.ts';
import { routesOf } from '../../../../../src/runtime/native/network/host-view.ts';
import {
  choosePools,
  freeAddress,
  type TakenAddresses,
} from '../../../../../src/runtime/native/network/pools.ts';
import { createRandom } from '../../../../support/random.ts';

const nothing: TakenAddresses = { networks: [], routes: [] };

describe('a network without a subnet of its own gets one', () => {
  test('that no network has and that the host does not reach, in the order of Docker', () => {
    const routes = [
      { subnet: subnet('172.17.0.0/24'), direct: true },
      { subnet: subnet('172.18.128.0/17'), direct: false },
    ];
    const networks = [{ name: 'other', subnet: subnet('172.16.0.0/14'), used: true }];
    expect(choosePools(spec(), { networks: [], routes }, 'seed')).toEqual([
      { subnet: '172.19.0.0/16', gateway: '172.19.0.1', auxiliary: [] },
    ]);
    expect(choosePools(spec(), { networks, routes }, 'seed')[0]?.subnet).toBe('172.20.0.0/16');
  });

  test('until all are taken; then it is told which networks nobody uses', () => {
    const networks: { name: string; subnet: Subnet; used: boolean }[] = [];
    const taken = { networks, routes: [] };
    const chosen: string[] = [];
    for (;;) {
      try {
        const text = choosePools(spec(), taken, 'seed')[0]?.subnet ?? '';
        chosen.push(text);
        networks.push({ name: `n${chosen.length}`, subnet: subnet(text), used: chosen.length > 2 });
      } catch (error) {
        expect(error).toMatchObject({
          code: 'engine.address-pool',
          message:
            'cannot create network "net": all of the engine\'s address pools are taken by networks and by routes of the host',
          evidence: [{ title: 'no container uses these 2 networks:', lines: ['n1', 'n2'] }],
        });
        break;
      }
    }
    expect([chosen.length, chosen[0], chosen[14], chosen[15], chosen[30]]).toEqual([
      31,
      '172.17.0.0/16',
      '172.31.0.0/16',
      '192.168.0.0/20',
      '192.168.240.0/20',
    ]);
  });

  test('of unique local addresses for IPv6, always the same for an engine', () => {
    const [, first] = choosePools(spec({ enableIpv6: true }), nothing, 'seed');
    expect(first?.subnet).toMatch(/^fd[0-9a-f:]+::\/64$/);
    expect(choosePools(spec({ enableIpv6: true }), nothing, 'seed')[1]).toEqual(first);
    const networks = [{ name: 'a', subnet: subnet(first?.subnet ?? ''), used: true }];
    expect(choosePools(spec({ enableIpv6: true }), { networks, routes: [] }, 'seed')[1]).not.toEqual(first);
    expect(choosePools(spec({ enableIpv6: true, enableIpv4: false }), nothing, 'seed')).toEqual([first]);
  });
});

describe("the user's subnet", () => {
  const at = (text: string, more = {}) =>
    spec({ ipam: { options: {}, pools: [{ subnet: text, auxiliaryAddresses: {}, ...more }] } });

  test('keeps its gateway, range and auxiliary addresses', () => {
    const wanted = at('10.9.8.7/16', {
      gateway: '10.9.0.9',
      ipRange: '10.9.3.0/24',
      auxiliaryAddresses: { router: '10.9.3.1' },
    });
    expect(choosePools(wanted, nothing, 'seed')).toEqual([
      { subnet: '10.9.0.0/16', gateway: '10.9.0.9', range: '10.9.3.0/24', auxiliary: ['10.9.3.1'] },
    ]);
  });

  test.each([
    [
      'overlaps a network',
      { networks: [{ name: 'other', subnet: subnet('10.9.4.0/24'), used: true }], routes: [] },
      'network other has the subnet 10.9.4.0/24',
    ],
    [
      'covers a neighbour of the host',
      { networks: [], routes: [{ subnet: subnet('10.9.0.0/30'), direct: true }] },
      'the host has a route to 10.9.0.0/30',
    ],
    [
      'is part of a link of the host',
      { networks: [], routes: [{ subnet: subnet('10.0.0.0/8'), direct: true }] },
      'the host has a route to 10.0.0.0/8',
    ],
    [
      'covers what the host has a way to',
      { networks: [], routes: [{ subnet: subnet('10.9.128.0/17'), direct: false }] },
      'the host has a route to 10.9.128.0/17',
    ],
  ])('is refused when it %s', (_, taken, title) => {
    expect(() => choosePools(at('10.9.0.0/16'), taken, 'seed')).toThrow(
      expect.objectContaining({ code: 'engine.address-pool', evidence: [{ title, lines: [] }] }),
    );
  });

  test('may be part of what a route merely covers, as that of a VPN', () => {
    const routes = [{ subnet: subnet('10.0.0.0/8'), direct: false }];
    expect(choosePools(at('10.9.0.0/16'), { networks: [], routes }, 'seed')[0]?.subnet).toBe('10.9.0.0/16');
  });

  test.each([
    ['10.9.0.0', {}, '"10.9.0.0" is not a subnet'],
    ['10.9.0.0/31', {}, 'the subnet "10.9.0.0/31" has no room for containers'],
    [
      '10.9.0.0/16',
      { gateway: '10.8.0.1' },
      'the address "10.8.0.1" is not part of the subnet "10.9.0.0/16"',
    ],
    [
      '10.9.0.0/16',
      { ipRange: '10.8.0.0/24' },
      'the ip_range "10.8.0.0/24" is not part of the subnet "10.9.0.0/16"',
    ],
    [
      '10.9.0.0/16',
      { auxiliaryAddresses: { a: 'x' } },
      'the address "x" is not part of the subnet "10.9.0.0/16"',
    ],
  ])('is refused when it makes no sense: %s %o', (text, more, why) => {
    expect(() => choosePools(at(text, more), nothing, 'seed')).toThrow(`cannot create network "net": ${why}`);
  });
});

test('addresses are given from the lowest on, each once, none that is reserved, until there is none', () => {
  const between = numbers(7);
  for (let round = 0; round < 50; round += 1) {
    const prefix = 24 + between(0, 6);
    const base = `10.${between(0, 255)}.${between(0, 255)}.0`;
    const whole = subnet(`${base}/${prefix}`);
    const inside = (offset: number): string => base.replace(/0$/, String(offset));
    const size = 2 ** (32 - prefix);
    const [gateway, auxiliary] = [inside(between(1, size - 2)), inside(between(1, size - 2))];
    const pool = { subnet: `${base}/${prefix}`, gateway, auxiliary: [auxiliary] };
    const given: string[] = [];
    for (;;) {
      const next = freeAddress(pool, (address) => given.includes(address));
      if (next === undefined) break;
      given.push(next);
    }
    const values = given.map((address) => parseAddress(address)?.value ?? -1n);
    expect(new Set(given).size).toBe(given.length);
    expect(given).toHaveLength(size - 2 - new Set([gateway, auxiliary]).size);
    expect(values).toEqual([...values].sort((left, right) => (left < right ? -1 : 1)));
    expect(given).not.toContain(gateway);
    expect(given).not.toContain(auxiliary);
    for (const value of values) expect(contains(whole, 4, value)).toBe(true);
  }
});

test('no two networks that are chosen one after the other overlap, whatever the host has', () => {
  const between = numbers(11);
  for (let round = 0; round < 30; round += 1) {
    const routes = Array.from({ length: between(0, 6) }, () => ({
      subnet: subnet(`172.${between(16, 31)}.${between(0, 255)}.0/${between(12, 24)}`),
      direct: between(0, 1) === 1,
    }));
    const networks: { name: string; subnet: Subnet; used: boolean }[] = [];
    for (let count = 0; count < 10; count += 1) {
      const chosen = subnet(choosePools(spec(), { networks, routes }, 'seed')[0]?.subnet ?? '');
      for (const other of [...networks, ...routes]) expect(overlaps(other.subnet, chosen)).toBe(false);
      networks.push({ name: String(count), subnet: chosen, used: true });
    }
  }
});

test('routes of the kernel are read; the one to everywhere is left out', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    'tun0\t0000000A\t0102000A\t0003\t0\t0\t0\t000000FF\t0\t0\t0',
    '',
  ].join('\n');
  expect(routesOf(table)).toEqual([
    { subnet: subnet('192.0.2.0/24'), direct: true },
    { subnet: subnet('10.0.0.0/8'), direct: false },
  ]);
});

/** Whole numbers, both ends included. */
function numbers(seed: number): (least: number, most: number) => number {
  const random = createRandom(seed);
  return (least, most) => least + random.below(most - least + 1);
}

function subnet(text: string): Subnet {
  const parsed = parseSubnet(text);
  if (parsed === undefined) throw new Error(`no subnet: ${text}`);
  return parsed;
}

function spec(more: Partial<NetworkSpec> = {}): NetworkSpec {
  return {
    key: 'net',
    name: 'net',
    driverOptions: {},
    ipam: { options: {}, pools: [] },
    internal: false,
    attachable: false,
    labels: {},
    hash: 'hash',
    ...more,
  };
}
