import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Root } from './parts.ts';
import type { Libc } from './system/libc.ts';
import { moveToTrash } from './system/trash.ts';
import { writeWhole } from './system/write-whole.ts';

export interface RootOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly libc: Libc;
}

/** Where the engine of this environment keeps its state: FLOTILLA_ROOT, else the machine's own places. */
function rootPlaces(environment: RootOptions['environment']): Root {
  const moved = environment['FLOTILLA_ROOT'];
  const places = moved
    ? { lasting: join(moved, 'lib'), volatile: join(moved, 'run') }
    : { lasting: '/var/lib/flotilla', volatile: '/run/flotilla' };
  return { ...places, tag: createHash('sha256').update(places.lasting).digest('hex').slice(0, 8) };
}

/**
 * Makes the folders that are missing. What is volatile lives in memory and does not outlast a reboot, even where the
 * folder itself would.
 */
export function openRoot({ environment, libc }: RootOptions): Root {
  const root = rootPlaces(environment);
  for (const folder of ['containers', 'names', 'trash']) {
    mkdirSync(join(root.lasting, folder), { recursive: true, mode: 0o711 });
  }
  mkdirSync(root.volatile, { recursive: true, mode: 0o711 });
  if (!isInMemory(root.volatile)) {
    libc.mount('flotilla', root.volatile, 'tmpfs', 0, 'mode=711');
  }
  const boot = bootId();
  const noted = join(root.volatile, 'boot');
  if (readIfThere(noted) !== boot) {
    for (const folder of ['containers', 'projects', 'crun']) moveToTrash(root, join(root.volatile, folder));
    writeWhole(noted, boot);
  }
  for (const folder of ['containers', 'projects', 'crun']) {
    mkdirSync(join(root.volatile, folder), { recursive: true, mode: 0o711 });
  }
  return root;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
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
