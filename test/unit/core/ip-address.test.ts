import { isIP } from 'node:net';
import { expect, it } from 'vitest';
import { ipVersion } from '../../../src/core/ip-address.ts';

it.each([
  '1.2.3.4',
  '255.255.255.255',
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.',
  '01.2.3.4',
  '1.2.3.4.5',
  '',
  ':',
  '::',
  '::1',
  '1::',
  'fe80::1%eth0',
  'fe80::1%',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  ':::',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  '1:2:3:4::5:6:7:8',
  '::ffff:1.2.3.4',
  '::ffff:1.2.3',
  '1.2.3.4::',
  '12345::',
  '1:2:3:4:5:6:1.2.3.4',
  '1:2:3:4:5:6:7:1.2.3.4',
  ' ::1',
  '::1 ',
  '::1\n',
  '1.2.3.4\n',
  ':1',
  '1:',
  'g::',
])('reads %j as node:net does', (text) => {
  expect(ipVersion(text)).toBe(isIP(text));
});

it('reads all short texts of the pieces of addresses as node:net does', () => {
  const pieces = [':', '::', '.', '0', '255', 'ffff', '%', '1.2.3.4', '1:2:3:4:5:6', ' '];
  let texts = [''];
  for (let length = 1; length <= 4; length += 1) {
    texts = texts.flatMap((text) => pieces.map((piece) => text + piece));
    expect(texts.filter((text) => ipVersion(text) !== isIP(text))).toEqual([]);
  }
});
