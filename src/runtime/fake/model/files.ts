import { posix } from 'node:path';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { PathStat } from '../../driver.ts';
import { fileBytes } from '../../file-bytes.ts';
import type { FileSpec } from '../../spec.ts';
import { findImage } from './images.ts';
import { findContainer, requireContainer } from './lookup.ts';
import type { EngineState, FakeContainer, FakeFile, FakeMount, Files } from './state.ts';
import { putContainer, withEntry } from './transition.ts';
import { putVolume } from './volumes.ts';

/** A file as its container sees it: through its mounts, then its own layer, then the image. */
export function readFile(state: EngineState, ref: string, path: string): FakeFile | undefined {
  const container = requireContainer(state, ref);
  const place = placeOf(container, posix.normalize(path));
  return filesAt(state, container, place).get(place.path);
}

/** All files at or below a path, by their path in the container. */
export function readTree(state: EngineState, ref: string, path: string): ReadonlyMap<string, FakeFile> {
  const container = requireContainer(state, ref);
  const wanted = posix.normalize(path).replace(/(.)\/$/, '$1');
  const roots = ['/', ...container.mounts.map(({ target }) => target)];
  const found = new Map<string, FakeFile>();
  for (const root of new Set(roots)) {
    const base = root === '/' ? '' : root;
    const place = placeOf(container, root);
    for (const [inside, file] of filesAt(state, container, place)) {
      if (!inside.startsWith(place.path)) continue;
      const full = `${base}/${posix.relative(place.path, inside)}`.replace(/\/$/, '');
      const isBelow = full === wanted || full.startsWith(wanted === '/' ? '/' : `${wanted}/`);
      if (isBelow && sameMount(placeOf(container, full), place)) found.set(full, file);
    }
  }
  return found;
}

/** The files of a container's own, by their path, without those of its mounts. */
export function readRoot(state: EngineState, ref: string): ReadonlyMap<string, FakeFile> {
  const container = requireContainer(state, ref);
  const files = filesAt(state, container, { mount: undefined, path: '/' });
  return new Map([...files].filter(([path]) => placeOf(container, path).mount === undefined));
}

/** Folders are known by the files in them; there are no links. */
export function statPath(state: EngineState, ref: string, path: string): PathStat | undefined {
  if (findContainer(state, ref) === undefined) return undefined;
  const clean = posix.join('/', path).replace(/(.)\/$/, '$1');
  const files = readTree(state, ref, clean);
  if (files.has(clean)) return /\/\.?$/.test(path) ? undefined : { kind: 'file' };
  return files.size > 0 || clean === '/' ? { kind: 'folder' } : undefined;
}

/** Puts files where the container's mounts lead; refuses a read-only mount. */
export function writeFiles(state: EngineState, id: ContainerId, files: readonly FileSpec[]): EngineState {
  let next = state;
  for (const file of files) {
    const { path, mode, uid, gid } = file;
    next = writeFile(next, id, path, { content: fileBytes(file), mode, uid, gid });
  }
  return next;
}

export function writeFile(state: EngineState, id: ContainerId, path: string, file: FakeFile): EngineState {
  const container = requireContainer(state, id);
  const place = placeOf(container, posix.normalize(path));
  const { mount } = place;
  if (mount?.readOnly === true) {
    throw new FlotillaError('engine.request', `cannot write ${quote(path)}: read-only file system`);
  }
  if (mount?.kind === 'volume') {
    const volume = state.volumes.get(mount.volume);
    if (volume === undefined) return state;
    return putVolume(state, { ...volume, files: withEntry(volume.files, place.path, file) });
  }
  if (mount?.kind === 'bind') return { ...state, host: withEntry(state.host, place.path, file) };
  return putContainer(state, { ...container, files: withEntry(container.files, place.path, file) });
}

/** What a tmpfs held is gone when its container ends. */
export function withoutTmpfs(container: FakeContainer): FakeContainer {
  if (!container.mounts.some(({ kind }) => kind === 'tmpfs')) return container;
  const kept = [...container.files].filter(([path]) => placeOf(container, path).mount?.kind !== 'tmpfs');
  return { ...container, files: new Map(kept) };
}

interface Place {
  readonly mount: FakeMount | undefined;
  /** In the mount's own terms. */
  readonly path: string;
}

function placeOf(container: FakeContainer, path: string): Place {
  let mount: FakeMount | undefined;
  for (const candidate of container.mounts) {
    const holds = path === candidate.target || path.startsWith(`${candidate.target}/`);
    if (holds && candidate.target.length > (mount?.target.length ?? 0)) mount = candidate;
  }
  if (mount === undefined || mount.kind === 'tmpfs') return { mount, path };
  const rest = path.slice(mount.target.length);
  if (mount.kind === 'bind') return { mount, path: `${mount.source}${rest}` };
  const inside = mount.kind === 'volume' && mount.subpath !== undefined ? `/${mount.subpath}${rest}` : rest;
  return { mount, path: inside === '' ? '/' : inside };
}

function sameMount(left: Place, right: Place): boolean {
  return left.mount === right.mount;
}

function filesAt(state: EngineState, container: FakeContainer, { mount }: Place): Files {
  switch (mount?.kind) {
    case 'volume':
      return state.volumes.get(mount.volume)?.files ?? new Map();
    case 'bind':
      return state.host;
    case 'image':
      return findImage(state, mount.image)?.files ?? new Map();
    case 'tmpfs':
      return container.files;
    case undefined:
      return new Map([...(findImage(state, container.spec.image)?.files ?? []), ...container.files]);
  }
}
