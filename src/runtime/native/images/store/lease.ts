import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Libc } from '../../system/libc.ts';
import type { Locks } from '../../system/lock.ts';
import { type Places, preparePlaces, randomName } from './places.ts';

/** Says that a process adds an image: what it has named is not swept, although no image has it yet. */
export interface Lease {
  /** A folder of the lease's own, that goes with it. */
  readonly scratch: string;
  /** Names a layer or a content; to be called under the lock of the index. */
  claim(digest: string): void;
  end(): Promise<void>;
}

/** The lease is a locked file, so that it ends with the process, however that ends. */
export async function openLease(places: Places, libc: Libc, locks: Locks): Promise<Lease> {
  const name = randomName();
  const path = `${places.leases}/${name}`;
  preparePlaces(places);
  // Under the lock of the index, for in between the file looks like one that was left behind.
  const fd = await locks.hold(places.lock, () => {
    const made = openSync(path, 'wx', 0o600);
    libc.tryFlock(made);
    mkdirSync(`${places.scratch}/${name}`, { mode: 0o700 });
    return made;
  });
  const claimed = new Set<string>();
  return {
    scratch: `${places.scratch}/${name}`,
    claim(digest) {
      claimed.add(digest);
      writeFileSync(path, JSON.stringify([...claimed]));
    },
    async end() {
      await rm(`${places.scratch}/${name}`, { recursive: true, force: true });
      rmSync(path, { force: true });
      closeSync(fd);
    },
  };
}

export interface Leases {
  readonly claimed: ReadonlySet<string>;
  /** Names of leases whose process is gone. */
  readonly dead: readonly string[];
}

/** To be called under the lock of the index. */
export function readLeases(places: Places, libc: Libc): Leases {
  const claimed = new Set<string>();
  const dead: string[] = [];
  for (const name of readdirSync(places.leases)) {
    const path = `${places.leases}/${name}`;
    if (isHeld(path, libc)) for (const digest of claimsOf(path)) claimed.add(digest);
    else dead.push(name);
  }
  for (const name of readdirSync(places.scratch))
    if (!existsSync(`${places.leases}/${name}`) && !dead.includes(name)) dead.push(name);
  return { claimed, dead };
}

function isHeld(path: string, libc: Libc): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return !libc.tryFlock(fd);
  } finally {
    closeSync(fd);
  }
}

function claimsOf(path: string): readonly string[] {
  try {
    const text = readFileSync(path, 'utf8');
    return text === '' ? [] : (JSON.parse(text) as readonly string[]);
  } catch {
    return [];
  }
}
