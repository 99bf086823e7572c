import type { Root, Volumes } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { createLocks } from '../system/lock.ts';
import type { Context } from './context.ts';
import { createVolume } from './create.ts';
import { fillVolume } from './fill.ts';
import { holdMounts } from './hold/index.ts';
import { releaseMounts, reviveMounts } from './host-mounts.ts';
import { listVolumes, observeVolumes } from './observe.ts';
import { removeVolume } from './remove.ts';

export interface VolumesOptions {
  readonly root: Root;
  readonly libc: Libc;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

export { anonymousName, imageMountName } from './record.ts';

/** Volumes are folders: `lasting/volumes/NAME/volume.json` says what it is, `_data` beside it is what containers see. */
export function createVolumes({ root, libc, now }: VolumesOptions): Volumes {
  const context: Context = { root, libc, now, locks: createLocks(libc) };
  return {
    async create(spec, signal) {
      signal?.throwIfAborted();
      await createVolume(context, spec);
    },
    remove: (name, options) => removeVolume(context, name, options),
    observe: async (query) => observeVolumes(context, query),
    list: () => listVolumes(context),
    async fill(filling, signal) {
      signal?.throwIfAborted();
      await fillVolume(context, filling);
    },
    hold: (request, signal) => holdMounts(context, request, signal),
    revive: (mounts) => reviveMounts(context, mounts),
    release: (mounts, options) => releaseMounts(context, mounts, options),
  };
}
