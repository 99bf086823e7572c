import { describe, expect, test } from 'vitest';
import {
  changeMessage,
  findMessage,
  type MessageChange,
  packMessages,
} from '../../../../../src/runtime/native/network/netlink/message.ts';

const at = { indexOf: (device: string) => ({ bridge: 2, eth0: 7 })[device] ?? 0, namespace: () => 9 };

/** As rtnetlink(7) describes it: header, then attributes of length, type and value. */
const cases: readonly (readonly [string, MessageChange, string])[] = [
  ['up', { kind: 'up', device: 'eth0' }, '00000000 07000000 01000000 01000000'],
  [
    'an address',
    { kind: 'address', device: 'eth0', address: '172.18.0.2', prefix: 16 },
    '02100000 07000000 08000100 ac120002 08000200 ac120002 08000800 00000000',
  ],
  [
    'the default route',
    { kind: 'route', device: 'eth0', family: 4, via: '172.18.0.1' },
    '02000000 fe040001 04000000 08000500 ac120001 08000400 07000000',
  ],
  [
    'a route on the link',
    { kind: 'route', device: 'eth0', family: 4, to: '10.9.0.0/16' },
    '02100000 fe04fd01 00000000 08000100 0a090000 08000400 07000000',
  ],
  [
    'a route before all others',
    { kind: 'route', device: 'eth0', family: 4, to: '127.0.0.11/32', via: '172.18.0.1', isLocal: true },
    '02200000 ff040001 04000000 08000100 7f00000b 08000500 ac120001 08000400 07000000',
  ],
  [
    'a rule about a device',
    { kind: 'rule', priority: 1, from: 'lo', action: 'look up local' },
    '02000000 ff000001 00000000 07000300 6c6f0000 08000600 01000000',
  ],
  [
    'a rule that drops',
    { kind: 'rule', priority: 2, to: '127.0.0.0/8', action: 'drop' },
    '02080000 00000006 00000000 08000100 7f000000 08000600 02000000',
  ],
  ['no rule', { kind: 'no-rule', priority: 0 }, '02000000 ff000000 00000000 08000600 00000000'],
  [
    'no route',
    { kind: 'no-route', device: 'eth0', to: '172.18.0.0/16' },
    '02100000 fe00ff00 00000000 08000100 ac120000 08000400 07000000',
  ],
  [
    'a pair whose peer is elsewhere',
    {
      kind: 'pair',
      name: 'c1',
      mtu: 1500,
      bridge: 'bridge',
      peer: { name: 'eth0', namespace: { kind: 'host' }, mac: '02:42:ac:12:00:02' },
    },
    [
      '00000000 00000000 01000000 01000000 07000300 63310000 08000400 dc050000 08000a00 02000000',
      '50001200 09000100 76657468 00000000 40000200 3c000100',
      '00000000 00000000 00000000 00000000 09000300 65746830 00000000 08000400 dc050000',
      '0a000100 0242ac12 00020000 08001c00 09000000',
    ].join(' '),
  ],
];

describe('a change as the kernel reads it', () => {
  test.each(cases)('%s', (_, change, hex) => {
    const words = Buffer.from(changeMessage(change, at).body).toString('hex').match(/.{8}/g);
    expect(words?.join(' ')).toBe(hex);
  });
});

test('messages are numbered and ask to be acknowledged', () => {
  const packed = packMessages([findMessage('eth0'), findMessage('eth1')], 41);
  const view = new DataView(packed.buffer, packed.byteOffset);
  const size = view.getUint32(0, true);
  expect(packed.length).toBe(2 * size);
  expect([view.getUint16(4, true), view.getUint16(6, true), view.getUint32(8, true)]).toEqual([18, 5, 41]);
  expect(view.getUint32(size + 8, true)).toBe(42);
});
