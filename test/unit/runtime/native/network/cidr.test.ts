import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import {
  addressBytes,
  contains,
  formatAddress,
  formatSubnet,
  lastOf,
  overlaps,
  parseAddress,
  parseSubnet,
} from '../../../../../src/runtime/native/network/cidr.ts';

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::1', '::1'],
  ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
  ['2001:db8:0:1:0:0:0:2', '2001:db8:0:1::2'],
  ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
  ['::ffff:1.2.3.4', '::ffff:102:304'],
  ['::', '::'],
])('the address %s is written %s', (text, written) => {
  const parsed = parseAddress(text);
  expect(parsed && formatAddress(parsed.family, parsed.value)).toBe(written);
});

test('what is no address or no subnet is undefined', () => {
  expect(['', '1.2.3', '1.2.3.4/8', 'fe80::1%eth0', 'x::'].map(parseAddress)).toEqual(
    Array(5).fill(undefined),
  );
  expect(['', '10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', 'a/8'].map(parseSubnet)).toEqual(
    Array(6).fill(undefined),
  );
});

test('a subnet begins where its prefix says', () => {
  const subnet = parseSubnet('10.9.8.7/20');
  if (subnet === undefined) throw new Error('no subnet');
  expect(formatSubnet(subnet)).toBe('10.9.0.0/20');
  expect(formatAddress(4, lastOf(subnet))).toBe('10.9.15.255');
});

test('bytes are in the order of the network', () => {
  expect([...addressBytes('10.1.2.255')]).toEqual([10, 1, 2, 255]);
  expect(Buffer.from(addressBytes('fd00::a1b2')).toString('hex')).toBe('fd00000000000000000000000000a1b2');
});

test('containing and overlapping agree with Node', () => {
  const texts = [
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.2.0.0/15',
    '192.168.0.0/20',
    'fd00::/64',
    'fd00::/16',
    '::/0',
  ];
  for (const left of texts) {
    for (const right of texts) {
      const [one, other] = [parseSubnet(left), parseSubnet(right)];
      if (one === undefined || other === undefined) throw new Error('no subnet');
      const holds = (outer: string, inner: string): boolean => {
        const list = new BlockList();
        const [base = '', prefix = ''] = outer.split('/');
        const [address = ''] = inner.split('/');
        if (base.includes(':') !== address.includes(':')) return false;
        list.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
        return list.check(address, base.includes(':') ? 'ipv6' : 'ipv4');
      };
      expect([left, right, overlaps(one, other)]).toEqual([
        left,
        right,
        holds(left, right) || holds(right, left),
      ]);
      expect([left, right, contains(one, other.family, other.base)]).toEqual([
        left,
        right,
        holds(left, right),
      ]);
    }
  }
});
