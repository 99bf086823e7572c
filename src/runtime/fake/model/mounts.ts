import { FlotillaError } from '../../../core/error.ts';
import type { InheritableVolume, MountSpec } from '../../../volumes/index.ts';
import type { ContainerSpec } from '../../spec.ts';
import { requireImage } from './images.ts';
import { requireContainer } from './lookup.ts';
import type { EngineState, FakeImage, FakeMount } from './state.ts';
import { idOf } from './transition.ts';
import { copyUp, ensureVolume } from './volumes.ts';

interface Mounted {
  readonly state: EngineState;
  readonly mounts: readonly FakeMount[];
}

/**
 * What a new container mounts: its spec first, then other containers' mounts, then the image's volumes; the first one
 * that wants a target has it. Makes the volumes that are missing and fills empty ones from the image.
 */
export function mountAll(
  before: EngineState,
  spec: ContainerSpec,
  image: FakeImage,
  inherit: readonly InheritableVolume[],
): Mounted {
  const inherited = new Map(inherit.map(({ name, target }) => [target, name]));
  const borrowed = spec.volumesFrom.flatMap((from) => mountsFrom(before, from));
  const declared = image.volumes.map((target): MountSpec => {
    return { kind: 'volume', target, readOnly: false, noCopy: false, labels: {} };
  });
  const taken = new Set(spec.mounts.map(({ target }) => target));
  let state = before;
  const mounts: FakeMount[] = [];
  const add = (mount: MountSpec): void => {
    const made = mountOne(state, withInherited(mount, inherited), image);
    state = made.state;
    mounts.push(...made.mounts);
  };
  for (const mount of spec.mounts) add(mount);
  for (const mount of borrowed) if (isFirst(taken, mount)) mounts.push(mount);
  for (const mount of declared) if (isFirst(taken, mount)) add(mount);
  return { state, mounts };
}

function isFirst(taken: Set<string>, { target }: { readonly target: string }): boolean {
  if (taken.has(target)) return false;
  taken.add(target);
  return true;
}

function withInherited(mount: MountSpec, inherited: ReadonlyMap<string, string>): MountSpec {
  const name = inherited.get(mount.target);
  if (name === undefined || mount.kind !== 'volume' || mount.name !== undefined) return mount;
  return { ...mount, name };
}

function mountOne(before: EngineState, mount: MountSpec, image: FakeImage): Mounted {
  const { target } = mount;
  switch (mount.kind) {
    case 'bind': {
      const { source, readOnly } = mount;
      if (!mount.createHostPath) requireHostPath(before, source);
      return { state: before, mounts: [{ kind: 'bind', source, target, readOnly }] };
    }
    case 'tmpfs':
      return { state: before, mounts: [{ kind: 'tmpfs', target, readOnly: mount.readOnly }] };
    case 'image': {
      const { reference } = requireImage(before, mount.image);
      return { state: before, mounts: [{ kind: 'image', image: reference, target, readOnly: true }] };
    }
    case 'volume': {
      const volume = mount.name ?? idOf('volume', before.serial);
      let state = { ...before, serial: before.serial + 1 };
      state = ensureVolume(state, { ...mount, name: volume, anonymous: mount.name === undefined });
      if (!mount.noCopy) state = copyUp(state, volume, target, image.files);
      const subpath = mount.subpath === undefined ? {} : { subpath: mount.subpath };
      return {
        state,
        mounts: [{ kind: 'volume', volume, target, readOnly: mount.readOnly, ...subpath }],
      };
    }
  }
}

function requireHostPath(state: EngineState, source: string): void {
  const isMissing = state.missingHostPaths.some((path) => source === path || source.startsWith(`${path}/`));
  if (!isMissing) return;
  throw new FlotillaError('engine.request', `bind source path does not exist: ${source}`);
}

/** `id` or `id:ro`. */
function mountsFrom(state: EngineState, from: string): readonly FakeMount[] {
  const [ref = '', mode] = from.split(':');
  return requireContainer(state, ref).mounts.map((mount): FakeMount => {
    return mode === 'ro' && mount.kind !== 'image' ? { ...mount, readOnly: true } : mount;
  });
}
