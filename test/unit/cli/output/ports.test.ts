import { expect, test } from 'vitest';
import { formatPorts } from '../../../../src/cli/output/ports.ts';

const tcp = (target: number, published?: number, hostIp?: string) => ({
  target,
  protocol: 'tcp',
  ...(published === undefined ? {} : { published }),
  ...(hostIp === undefined ? {} : { hostIp }),
});

test('a port that is published for both address families shows twice', () => {
  expect(formatPorts([tcp(80, 8080, '::'), tcp(80, 8080, '0.0.0.0')])).toBe(
    '0.0.0.0:8080->80/tcp, [::]:8080->80/tcp',
  );
});

test('neighbours published under their own number join to a range', () => {
  const ports = [18202, 18200, 18201].map((port) => tcp(port, port, '127.0.0.1'));
  expect(formatPorts(ports)).toBe('127.0.0.1:18200-18202->18200-18202/tcp');
});

test('exposed ports come as ranges, remapped ones last', () => {
  const ports = [tcp(80, 32768, '0.0.0.0'), tcp(7000), tcp(7001), tcp(7003), { target: 53, protocol: 'udp' }];
  expect(formatPorts(ports)).toBe('7000-7001/tcp, 53/udp, 7003/tcp, 0.0.0.0:32768->80/tcp');
});

test('no ports are no text', () => {
  expect(formatPorts([])).toBe('');
});
