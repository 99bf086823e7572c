import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { VolumeSpec } from '../../../volumes/index.ts';
import type { VolumeFilling } from '../../driver.ts';
import { fileBytes } from '../../file-bytes.ts';
import { inUse } from '../../in-use.ts';
import { requireImage } from './images.ts';
import { isSameDefinition } from './networks.ts';
import type { EngineState, FakeContainer, FakeVolume, Files } from './state.ts';
import { withEntry, withoutEntry } from './transition.ts';

export function createVolume(state: EngineState, spec: VolumeSpec): EngineState {
  const existing = state.volumes.get(spec.name);
  if (existing !== undefined) {
    if (isSameDefinition(existing.labels, spec.labels)) return state;
    throw new FlotillaError(
      'engine.conflict',
      `cannot create volume ${quote(spec.name)}: another one with this name exists`,
    );
  }
  return putVolume(state, {
    name: spec.name,
    driver: spec.driver,
    labels: spec.labels,
    spec,
    anonymous: false,
    files: new Map(),
  });
}

/** Makes a volume and puts files into it; what had their names is replaced. */
export function fillVolume(state: EngineState, { volume, image, files }: VolumeFilling): EngineState {
  requireImage(state, image);
  const made = createVolume(state, volume);
  const filled = files.reduce(
    (all, file) =>
      withEntry(all, `/${file.path}`, {
        content: fileBytes(file),
        mode: file.mode,
        uid: file.uid,
        gid: file.gid,
      }),
    made.volumes.get(volume.name)?.files ?? new Map(),
  );
  const existing = made.volumes.get(volume.name);
  return existing === undefined ? made : putVolume(made, { ...existing, files: filled });
}

/** Refuses while a container, running or not, mounts it. */
export function removeVolume(state: EngineState, name: string): EngineState {
  if (!state.volumes.has(name)) return state;
  const users = usersOf(state, name);
  if (users.length > 0) {
    throw inUse(
      'volume',
      name,
      users.map(({ name, spec }) => ({ name, labels: spec.labels })),
    );
  }
  return { ...state, volumes: withoutEntry(state.volumes, name) };
}

/** Makes a volume that a container mounts by name and nobody has made. */
export function ensureVolume(
  state: EngineState,
  volume: {
    readonly name: string;
    readonly driver?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly anonymous: boolean;
  },
): EngineState {
  if (state.volumes.has(volume.name)) return state;
  return putVolume(state, {
    name: volume.name,
    driver: volume.driver ?? 'local',
    labels: volume.labels ?? {},
    anonymous: volume.anonymous,
    files: new Map(),
  });
}

/** Fills an empty volume with what the image has where it is mounted. */
export function copyUp(state: EngineState, name: string, target: string, image: Files): EngineState {
  const volume = state.volumes.get(name);
  if (volume === undefined || volume.files.size > 0) return state;
  const prefix = target === '/' ? '/' : `${target}/`;
  const files = [...image].flatMap(([path, file]) =>
    path.startsWith(prefix) ? [[`/${path.slice(prefix.length)}`, file] as const] : [],
  );
  return files.length === 0 ? state : putVolume(state, { ...volume, files: new Map(files) });
}

/** The names of the containers that mount it. */
export function usersOf(state: EngineState, volume: string): readonly FakeContainer[] {
  return [...state.containers.values()].filter(({ mounts }) =>
    mounts.some((mount) => mount.kind === 'volume' && mount.volume === volume),
  );
}

export function putVolume(state: EngineState, volume: FakeVolume): EngineState {
  return { ...state, volumes: withEntry(state.volumes, volume.name, volume) };
}
