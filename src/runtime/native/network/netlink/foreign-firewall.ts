import { readFileSync } from 'node:fs';
import type { Libc } from '../../system/libc.ts';
import { chainMessage } from './message.ts';
import { openNetlink } from './socket.ts';

/** Whether somebody keeps rules about forwarded packets with iptables, be it the old one or the one over nftables. */
export function hasForwardChain(libc: Libc, family: 4 | 6): boolean {
  return (
    isFilterLoaded(family === 4 ? '/proc/net/ip_tables_names' : '/proc/net/ip6_tables_names') ||
    hasChain(libc, family)
  );
}

function hasChain(libc: Libc, family: 4 | 6): boolean {
  const socket = openNetlink(libc, netfilter);
  try {
    return socket.ask(chainMessage(family, 'filter', 'FORWARD')) === 0;
  } finally {
    socket.close();
  }
}

function isFilterLoaded(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').split('\n').includes('filter');
  } catch {
    return false;
  }
}

const netfilter = 12;
