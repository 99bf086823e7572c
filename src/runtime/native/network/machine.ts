import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Root } from '../parts.ts';
import type { Locks } from '../system/lock.ts';
import { isMissing } from '../system/read-json.ts';
import { writeJson } from '../system/write-whole.ts';
import { parseSubnet } from './cidr.ts';
import { hostRoutes } from './host-view.ts';
import type { TakenAddresses } from './pools.ts';
import { placesOf, readState } from './state.ts';

/**
 * What all engines of a machine share, whatever their roots: each other's networks, and how the kernel was set before
 * the first of them came. It is gone with a reboot, like what it speaks of, and its folder with the last network of the
 * last engine.
 */
export interface Machine {
  /** Runs the task while no other engine chooses addresses. */
  hold<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Of the host and of all engines but the one with that root. */
  taken(root: Root): TakenAddresses;
  /** Makes this engine known, and has the kernel forward packets. The caller holds the machine, here and below. */
  enter(root: Root, ipv6: boolean): void;
  /** Undoes it with the engine's last network; the last engine puts the kernel's settings back. */
  leave(root: Root): void;
}

export function machineAt(folder: string, locks: Locks): Machine {
  const roots = join(folder, 'roots');
  const settings = join(folder, 'settings.json');

  const others = (own: Root): readonly { readonly file: string; readonly lasting: string }[] =>
    (existsSync(roots) ? readdirSync(roots).filter((name) => name !== own.tag) : []).map((name) => {
      const file = join(roots, name);
      return { file, lasting: readFileSync(file, 'utf8') };
    });

  /** The lock goes along: the next one makes another. Settings that a killed process did not put back are kept. */
  const tidy = (): void => {
    if (existsSync(settings)) return;
    if (existsSync(roots)) {
      if (readdirSync(roots).length > 0) return;
      rmdirSync(roots);
    }
    rmSync(join(folder, 'lock'), { force: true });
    rmdirSync(folder);
  };

  return {
    async hold(task) {
      for (;;) {
        let begun = false;
        mkdirSync(folder, { recursive: true });
        try {
          return await locks.hold(join(folder, 'lock'), async () => {
            begun = true;
            try {
              return await task();
            } finally {
              tidy();
            }
          });
        } catch (error) {
          // Somebody took the folder away just now.
          if (begun || !isMissing(error)) throw error;
        }
      }
    },

    taken(root) {
      const networks = others(root).flatMap(({ lasting }) => {
        const { networks: found, containers } = readState(placesOf({ lasting, volatile: '' }));
        const used = new Set(
          Object.values(containers).flatMap(({ endpoints }) => endpoints.map(({ networkId }) => networkId)),
        );
        return found.flatMap(({ id, name, pools }) =>
          pools.flatMap((pool) => {
            const subnet = parseSubnet(pool.subnet);
            return subnet === undefined ? [] : [{ name, subnet, used: used.has(id) }];
          }),
        );
      });
      return { networks, routes: hostRoutes() };
    },

    enter(root, ipv6) {
      mkdirSync(roots, { recursive: true });
      writeFileSync(join(roots, root.tag), root.lasting);
      const before = readSettings(settings);
      const wanted = [...(ipv6 ? [...listeningDevices(), forwarding6] : []), forwarding4].filter(
        ([path]) => !(path in before),
      );
      if (wanted.length === 0) return;
      const found = wanted.map(
        ([path, is]) => [path, { was: readFileSync(path, 'utf8').trim(), is }] as const,
      );
      writeJson(settings, { ...before, ...Object.fromEntries(found) });
      for (const [path, { was, is }] of found) if (was !== is) writeFileSync(path, is);
    },

    leave(root) {
      rmSync(join(roots, root.tag), { force: true });
      for (const { file, lasting } of others(root)) {
        if (!existsSync(lasting)) rmSync(file, { force: true });
      }
      if (others(root).length > 0) return;
      // Whoever began to forward meanwhile found it switched on, and relies on it.
      if (!hasBridge()) restore(readSettings(settings));
      rmSync(settings, { force: true });
    },
  };
}

/** By path: what it was, and what the first engine made of it. */
type Settings = Readonly<Record<string, { readonly was: string; readonly is: string }>>;

function readSettings(path: string): Settings {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** What somebody else has changed since is theirs; devices may be gone. */
function restore(settings: Settings): void {
  for (const [path, { was, is }] of Object.entries(settings).reverse()) {
    if (was !== is && existsSync(path) && readFileSync(path, 'utf8').trim() === is) writeFileSync(path, was);
  }
}

/** Where others forward packets of containers or machines, there is a bridge; ours are in namespaces of their own. */
function hasBridge(): boolean {
  return readdirSync(devices).some((name) => existsSync(join(devices, name, 'bridge')));
}

/** Devices that learn their routes from routers stop it where packets are forwarded, unless they insist. */
function listeningDevices(): readonly (readonly [path: string, value: string])[] {
  return readdirSync(conf6)
    .filter((name) => !ownDevice.test(name))
    .map((name) => join(conf6, name, 'accept_ra'))
    .filter((path) => existsSync(path) && readFileSync(path, 'utf8').trim() === '1')
    .map((path) => [path, '2'] as const);
}

const devices = '/sys/class/net';
const conf6 = '/proc/sys/net/ipv6/conf';
const ownDevice = /^fl[0-9a-f]{13}$/;
const forwarding4 = ['/proc/sys/net/ipv4/ip_forward', '1'] as const;
const forwarding6 = ['/proc/sys/net/ipv6/conf/all/forwarding', '1'] as const;
