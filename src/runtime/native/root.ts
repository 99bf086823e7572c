import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Root } from './parts.ts';
import type { Libc } from './system/libc.ts';
import { emptyTrash, moveToTrash } from './system/trash.ts';
import { sweepTemporaries, writeWhole } from './system/write-whole.ts';

export interface RootOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly libc: Libc;
}

/**
 * Where the engine of this environment keeps its state: FLOTILLA_ROOT, else the machine's own places. They are root's
 * alone: set-user-id programs, secrets and volumes of containers are in them. Links on the way to them are followed
 * once, so that their paths are those by which the kernel tells of mounts.
 */
function makePlaces(environment: RootOptions['environment']): Root {
  const [lasting, volatile] = placesIn(environment).map((folder) => {
    mkdirSync(folder, { recursive: true, mode: own });
    return realpathSync(folder);
  }) as [string, string];
  return { lasting, volatile, tag: createHash('sha256').update(lasting).digest('hex').slice(0, 8) };
}

function placesIn(environment: RootOptions['environment']): readonly [lasting: string, volatile: string] {
  const moved = environment['FLOTILLA_ROOT'];
  return moved ? [join(moved, 'lib'), join(moved, 'run')] : ['/var/lib/flotilla', '/run/flotilla'];
}

/** Whether an engine was ever at work in the places of this environment. */
export function isRootThere(environment: RootOptions['environment']): boolean {
  return placesIn(environment).some((folder) => existsSync(folder));
}

/** Whether what is volatile is there: it goes when the whole engine is taken away. */
export function isRootOpen(environment: RootOptions['environment']): boolean {
  return existsSync(join(placesIn(environment)[1] ?? '', 'projects'));
}

const own = 0o700;

/**
 * Makes the folders that are missing. What is volatile lives in memory and does not outlast a reboot, even where the
 * folder itself would.
 */
export function openRoot({ environment, libc }: RootOptions): Root {
  const root = makePlaces(environment);
  for (const folder of ['containers', 'names']) {
    mkdirSync(join(root.lasting, folder), { recursive: true, mode: own });
  }
  if (!isInMemory(root.volatile)) mountMemory(root, libc);
  for (const place of [root.lasting, root.volatile]) chmodSync(place, own);
  const boot = bootId();
  const noted = join(root.volatile, 'boot');
  if (readIfThere(noted) !== boot) {
    for (const folder of ['containers', 'projects', 'crun']) moveToTrash(root, join(root.volatile, folder));
    writeWhole(noted, boot);
  }
  for (const folder of ['containers', 'projects', 'crun']) {
    mkdirSync(join(root.volatile, folder), { recursive: true, mode: own });
  }
  for (const folder of ['.', 'networks', 'projects', 'names']) {
    for (const place of [root.lasting, root.volatile]) sweepTemporaries(join(place, folder));
  }
  void emptyTrash(root);
  return root;
}

/** The same for as long as this process lives, and asked for with every look at a container. */
export function bootId(): string {
  knownBoot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBoot;
}

let knownBoot: string | undefined;

/** Two that find it missing at the same moment mount it once: what was written into the first would be hidden. */
function mountMemory({ lasting, volatile }: Root, libc: Libc): void {
  const lock = openSync(join(lasting, 'names.lock'), 'a', 0o600);
  try {
    // Whoever holds it mounts, and nothing else.
    while (!libc.tryFlock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    if (!isInMemory(volatile)) libc.mount('flotilla', volatile, 'tmpfs', 0, 'mode=700');
  } finally {
    closeSync(lock);
  }
}

/** TMPFS_MAGIC of linux/magic.h */
const tmpfs = 0x01021994;

function isInMemory(folder: string): boolean {
  return statfsSync(folder).type === tmpfs;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
