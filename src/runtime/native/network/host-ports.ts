import { closeSync, readFileSync } from 'node:fs';
import type { Libc } from '../system/libc.ts';
import { addressBytes } from './cidr.ts';
import type { OpenPort } from './state.ts';

/**
 * Whether a port of the host can be bound: the kernel knows best. Throws the system's error for an address that is not
 * the host's (EADDRNOTAVAIL).
 */
export function isPortFree(libc: Libc, { hostIp = '0.0.0.0', protocol, published }: OpenPort): boolean {
  const family = hostIp.includes(':') ? 10 : 2;
  let fd: number;
  try {
    fd = libc.socket(
      family,
      (protocol === 'udp' ? datagram : stream) | closeOnExec,
      protocols[protocol] ?? 0,
    );
  } catch {
    // Without the protocol in the kernel nobody has its ports.
    return true;
  }
  try {
    // Connections that ended a moment ago are in nobody's way; two datagram sockets would share the port.
    if (protocol !== 'udp') libc.setsockopt(fd, socketLevel, reuseAddress, 1);
    if (family === 10) libc.setsockopt(fd, ipv6Level, onlyIpv6, 1);
    libc.bind(fd, socketAddress(hostIp, published));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** struct sockaddr_in or sockaddr_in6. */
export function socketAddress(address: string, port: number): Uint8Array {
  const bytes = addressBytes(address);
  const isNew = bytes.length === 16;
  const socket = Buffer.alloc(isNew ? 28 : 16);
  socket.writeUInt16LE(isNew ? 10 : 2, 0);
  socket.writeUInt16BE(port, 2);
  socket.set(bytes, isNew ? 8 : 4);
  return socket;
}

/** Ports that the kernel gives to outgoing connections, and the engine to who asks for none. */
export function ephemeralPorts(): readonly [first: number, last: number] {
  const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const [first = 32_768, last = 60_999] = text.trim().split(/\s+/).map(Number);
  return [first, last];
}

/** linux/socket.h, linux/in.h, linux/in6.h */
const stream = 1;
const datagram = 2;
const closeOnExec = 0o2000000;
const socketLevel = 1;
const reuseAddress = 2;
const ipv6Level = 41;
const onlyIpv6 = 26;
const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };
