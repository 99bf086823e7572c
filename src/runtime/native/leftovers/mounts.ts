import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Leftover } from '../../housekeeping.ts';
import { listRecords, readHeld } from '../containers/record.ts';
import { usersOfVolume } from '../containers/users.ts';
import type { Engine } from '../engine.ts';
import { mountPoints } from '../oci/index.ts';
import type { HostMount } from '../parts.ts';
import { namesIn } from '../system/names-in.ts';
import { emptyTrash } from '../system/trash.ts';
import { imageMountName } from '../volumes/index.ts';
import type { Finder } from './finder.ts';

/** Mounts on the host of volumes and images that no container has. */
export const mountLeftovers: Finder = async (engine, mend) => {
  const { root, parts } = engine;
  const lost = [...imageMounts(engine), ...volumeMounts(engine)];
  if (mend && lost.length > 0) {
    // Looks again under the lock of mounts: a container may have come that has the volume.
    await parts.volumes.release(
      lost.map(({ host }) => ({ host })),
      { inUse: (volume) => usersOfVolume(root, volume).length > 0 },
    );
  }
  return lost.map(({ text }): Leftover => ({ kind: 'mount', text }));
};

interface LostMount {
  readonly host: HostMount;
  readonly text: string;
}

/** Listed before the containers that may have them. */
function imageMounts({ root }: Engine): readonly LostMount[] {
  const [targets, own] = [
    join(root.volatile, 'volumes', 'images'),
    join(root.lasting, 'volumes', '.images'),
  ] as const;
  const names = new Set([...namesIn(targets), ...namesIn(own)]);
  const records = listRecords(root);
  const known = new Set([
    ...records.flatMap(({ id, spec }) =>
      spec.mounts.flatMap((mount) => (mount.kind === 'image' ? [imageMountName(id, mount.target)] : [])),
    ),
    ...records.flatMap(({ id }) =>
      readHeld(root, id).flatMap(({ host }) =>
        host?.kind === 'image' ? [host.target.slice(targets.length + 1)] : [],
      ),
    ),
  ]);
  return [...names]
    .filter((name) => !known.has(name))
    .map((name) => ({
      host: { kind: 'image', target: join(targets, name), layers: [], own: join(own, name) },
      text: `mount of an image for a container that is gone (${name})`,
    }));
}

function volumeMounts({ root, parts }: Engine): readonly LostMount[] {
  const points = new Set(mounted());
  return parts.volumes
    .list()
    .filter(({ name, data }) => points.has(data) && usersOfVolume(root, name).length === 0)
    .map(({ name, data }) => ({
      host: { kind: 'volume', volume: name, target: data, type: '', device: '', options: '' },
      text: `mount of volume ${name}, which no container has`,
    }));
}

/** What is mounted in the trash keeps it from being emptied. It is taken off, and nothing in it is touched. */
export const trashLeftovers: Finder = async ({ root, libc }, mend) => {
  const places = [root.lasting, root.volatile].map((place) => `${join(place, 'trash')}/`);
  const points = mounted().filter((point) => places.some((place) => point.startsWith(place)));
  if (mend) {
    for (const point of [...points].sort((left, right) => right.length - left.length)) {
      libc.unmount(point, detach);
    }
    await emptyTrash(root);
  }
  return points.map((point): Leftover => ({ kind: 'trash', text: `mount at ${point}, in the trash` }));
};

/** MNT_DETACH: also while somebody has it open. */
const detach = 2;

function mounted(): readonly string[] {
  return mountPoints(readFileSync('/proc/self/mountinfo', 'utf8')).map(({ path }) => path);
}
