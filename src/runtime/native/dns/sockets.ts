import { closeSync, openSync } from 'node:fs';
import { socketAddress } from '../network/host-ports.ts';
import type { Libc } from '../system/libc.ts';

/** Descriptors of bound sockets; whoever takes them closes them. */
export interface NameSockets {
  readonly udp: number;
  readonly tcp: number;
}

/**
 * Sockets at an address of another network namespace. Several servers may have them at once: the kernel gives each its
 * share of the questions. Throws when there is no such namespace or address.
 */
export function openNameSockets(libc: Libc, namespace: string, address: string, port = 53): NameSockets {
  const there = openSync(namespace, 'r');
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const open: number[] = [];
  try {
    libc.setns(there, newNetwork);
    try {
      for (const type of [datagram, stream]) {
        const fd = libc.socket(address.includes(':') ? 10 : 2, type | closeOnExec, 0);
        open.push(fd);
        libc.setsockopt(fd, socketLevel, reuseAddress, 1);
        libc.setsockopt(fd, socketLevel, reusePort, 1);
        libc.bind(fd, socketAddress(address, port));
      }
    } finally {
      libc.setns(home, newNetwork);
    }
    const [udp = -1, tcp = -1] = open;
    return { udp, tcp };
  } catch (error) {
    for (const fd of open) closeSync(fd);
    throw error;
  } finally {
    closeSync(there);
    closeSync(home);
  }
}

const newNetwork = 0x40000000;
const stream = 1;
const datagram = 2;
const closeOnExec = 0o2000000;
const socketLevel = 1;
const reuseAddress = 2;
const reusePort = 15;
