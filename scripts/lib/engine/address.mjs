// @ts-check
import { readFileSync } from 'node:fs';

/**
 * A subnet of four addresses for the cable between the machine and an engine's private network, told by its first
 * three numbers. Free when no route of the machine covers it; two engines draw different ones by chance and by route.
 * @returns {string} for instance `10.213.7`
 */
export function freeSubnet() {
  const routes = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1).flatMap(parseRoute);
  for (let attempt = 0; attempt < 1000; attempt++) {
    const candidate = [10, 200 + random(56), random(256)];
    const [a = 0, b = 0, c = 0] = candidate;
    const address = ((a << 24) | (b << 16) | (c << 8)) >>> 0;
    if (!routes.some(({ network, mask }) => mask !== 0 && (address & mask) >>> 0 === network)) {
      return candidate.join('.');
    }
  }
  throw new Error(
    'No free subnet for the engine: the routes of this machine cover 10.200.0.0 to 10.255.255.255.',
  );
}

/** @param {string} line of /proc/net/route, whose numbers are hexadecimal with the lowest byte first */
function parseRoute(line) {
  const [, destination, , , , , , mask] = line.trim().split(/\s+/);
  if (destination === undefined || mask === undefined) return [];
  return [{ network: fromLittleEndian(destination), mask: fromLittleEndian(mask) }];
}

/** @param {string} hex */
function fromLittleEndian(hex) {
  return Buffer.from(hex, 'hex').readUInt32LE();
}

/** @param {number} below */
function random(below) {
  return Math.floor(Math.random() * below);
}
