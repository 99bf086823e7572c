import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Libc } from '../../system/libc.ts';
import type { LinkChange, Links, Namespace, Work } from '../links.ts';
import { forgetNamespace } from '../namespace-file.ts';
import {
  changeMessage,
  groupMessage,
  type Message,
  removeGroupMessage,
  removeMessage,
  type Surroundings,
} from './message.ts';
import { type NetlinkSocket, openNetlink } from './socket.ts';

/**
 * Carries out changes by system calls, without a process. The thread visits other namespaces meanwhile, and nothing
 * asynchronous happens until it is back.
 */
export function netlinkLinks(libc: Libc): Links {
  return {
    run: async (work) => {
      const visit = beginVisit(libc);
      try {
        for (const each of work) visit.prepare(each);
        for (const each of work) visit.change(each);
        visit.name();
      } finally {
        visit.end();
      }
    },
  };
}

interface Place {
  readonly fd: number;
  readonly socket: NetlinkSocket;
  readonly indexes: Map<string, number>;
}

function beginVisit(libc: Libc) {
  const home = openSync(ownNamespace, 'r');
  const places = new Map<string, Place>();
  const unnamed: { readonly path: string; readonly fd: number }[] = [];
  let here = home;

  const go = (fd: number): void => {
    if (here !== fd) libc.setns(fd, newNetwork);
    here = fd;
  };

  const make = (): number => {
    libc.unshare(newNetwork);
    here = openSync(ownNamespace, 'r');
    return here;
  };

  const open = (namespace: Namespace, isNew: boolean): Place => {
    const key = namespace.kind === 'host' ? '' : namespace.path;
    const known = places.get(key);
    if (known !== undefined) return known;
    const fd = isNew ? make() : namespace.kind === 'host' ? home : openSync(namespace.path, 'r');
    if (isNew) unnamed.push({ path: key, fd });
    go(fd);
    const place = { fd, socket: openNetlink(libc), indexes: new Map([['lo', 1]]) };
    places.set(key, place);
    return place;
  };

  /** Files below /proc/sys/net belong to the namespace of who opens them. */
  const set = (fd: number, path: string, value: string): void => {
    go(fd);
    writeFileSync(`/proc/sys/${path}`, value);
  };

  return {
    prepare({ namespace, make: isNew, settings }: Work): void {
      const { fd } = open(namespace, isNew === true);
      for (const [path, value] of settings ?? []) set(fd, path, value);
    },

    change({ namespace, changes }: Work): void {
      const { fd, socket, indexes } = open(namespace, false);
      const at: Surroundings = {
        indexOf: (device) => {
          const index = indexes.get(device) ?? socket.find(device);
          if (index === undefined) throw new Error(`there is no network device ${device}`);
          indexes.set(device, index);
          return index;
        },
        namespace: (change) => open(change.peer.namespace, false).fd,
      };
      const waiting: { readonly message: Message; readonly change: LinkChange }[] = [];
      const flush = (): void => {
        const sent = waiting.splice(0);
        if (sent.length === 0) return;
        socket.send(
          sent.map(({ message }) => message),
          (index) => describe(sent[index]?.change),
          (index, errno) => sent[index]?.change.kind === 'no-route' && errno === noSuchRoute,
        );
      };
      for (const change of changes) {
        if (change.kind === 'remove') {
          flush();
          remove(socket, change.devices);
          continue;
        }
        if (change.kind === 'ready') {
          flush();
          socket.find(change.device);
          continue;
        }
        if (change.kind === 'setting') {
          flush();
          set(fd, change.path, change.value);
          continue;
        }
        if (change.kind === 'no-route') {
          const index = indexes.get(change.device) ?? socket.find(change.device);
          // A device takes its routes along.
          if (index === undefined) continue;
          indexes.set(change.device, index);
        }
        // Names of devices are looked up when they are there.
        if (needsIndex(change) !== undefined && !indexes.has(needsIndex(change) ?? '')) flush();
        waiting.push({ message: changeMessage(change, at), change });
      }
      flush();
    },

    name(): void {
      go(home);
      const named: string[] = [];
      try {
        for (const { path, fd } of unnamed) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, '');
          named.push(path);
          libc.mount(`/proc/self/fd/${fd}`, path, '', bindMount, '');
        }
      } catch (error) {
        for (const path of named) forgetNamespace(libc, path);
        throw error;
      }
    },

    end(): void {
      go(home);
      for (const { fd, socket } of places.values()) {
        socket.close();
        if (fd !== home) closeSync(fd);
      }
      closeSync(home);
    },
  };
}

/** Many devices go in one go, for each removal waits until nobody in the kernel looks at the device any more. */
function remove(socket: NetlinkSocket, devices: readonly string[]): void {
  const found = devices.flatMap((device) => socket.find(device) ?? []);
  const [first] = found;
  if (first === undefined) return;
  const messages =
    found.length === 1
      ? [removeMessage(first)]
      : [...found.map((index) => groupMessage(index, leaving)), removeGroupMessage(leaving)];
  socket.send(messages, () => `remove the network devices ${devices.join(', ')}`);
}

function needsIndex(change: LinkChange): string | undefined {
  if (change.kind === 'pair') return change.bridge;
  return 'device' in change ? change.device : undefined;
}

function describe(change: LinkChange | undefined): string {
  return `change the network (${JSON.stringify(change)})`;
}

const noSuchRoute = 3;
/** Of this thread, which may not be the process's first. */
const ownNamespace = '/proc/thread-self/ns/net';
const newNetwork = 0x40000000;
const bindMount = 4096;
/** A group of devices that nobody else uses within a namespace of ours. */
const leaving = 0x464c;
