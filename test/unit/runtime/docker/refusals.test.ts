import { describe, expect, it } from 'vitest';
import { refusalError } from '../../../../src/runtime/docker/failure.ts';

const said = (status: number, message: string): string => {
  const { code, message: text } = refusalError({ status, message, task: 'do it' });
  return `${code}: ${text}`;
};

describe('what an engine refuses', () => {
  it.each([
    ['Bind for 0.0.0.0:18080 failed: port is already allocated', '18080'],
    ['Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use', '80'],
    ['failed to bind host port for :::8080:172.18.0.2:80/tcp: address already in use', '8080'],
    ['failed to bind host port 0.0.0.0:8080/tcp: address already in use', '8080'],
    ['Ports are not available: exposing port TCP 0.0.0.0:5432 -> 0.0.0.0:0: listen tcp', '5432'],
    ['rootlessport listen tcp 0.0.0.0:81: bind: address already in use', '81'],
  ])('finds the port in: %s', (message, port) => {
    expect(said(500, message)).toBe(
      `engine.port-in-use: cannot do it: port ${port} is already in use: ${message}`,
    );
  });

  it.each([
    [500, 'write /var/lib/docker/tmp/x: no space left on device', 'engine.disk-full'],
    [
      500,
      'could not find an available, non-overlapping IPv4 address pool among the defaults',
      'engine.address-pool',
    ],
    [500, 'all predefined address pools have been fully subnetted', 'engine.address-pool'],
    [403, 'Pool overlaps with other one on this address space', 'engine.address-pool'],
    [404, 'No such image: nope:latest', 'image.not-found'],
    [404, 'manifest for a/b:2 not found: manifest unknown: manifest unknown', 'image.not-found'],
    [
      404,
      'pull access denied for nope, repository does not exist or may require authorization',
      'image.denied',
    ],
    [500, 'Head "…": unauthorized: authentication required', 'image.denied'],
    [500, 'no matching manifest for linux/arm64 in the manifest list entries', 'image.not-found'],
    [400, 'client version 1.51 is too new. Maximum supported API version is 1.41', 'engine.too-old'],
    [409, 'Conflict. The container name "/web" is already in use by container "0123"', 'engine.conflict'],
    [403, 'error while removing network: network shop_default id 1 has active endpoints', 'engine.conflict'],
    [409, 'remove shop_data: volume is in use - [0123]', 'engine.conflict'],
    [500, 'something else', 'engine.request'],
    [502, '', 'engine.request'],
  ])('maps %i %s to %s', (status, message, code) => {
    expect(said(status, message)).toBe(`${code}: cannot do it: ${message || `HTTP status ${status}`}`);
  });

  it('keeps an engine from driving the terminal', () => {
    expect(said(500, 'bad\u001b[2J\nnews')).toBe('engine.request: cannot do it: bad\\u001b[2J news');
  });
});
