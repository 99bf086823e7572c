import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { engineNameRule, isEngineName } from '../../../core/engine-name.ts';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote, shorten } from '../../../core/text.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { Engine } from '../engine.ts';
import type { HeldMount, ImageConfig, Root } from '../parts.ts';
import { isMissing, readJson } from '../system/read-json.ts';
import { writeJson } from '../system/write-whole.ts';
import { lastingPlaces } from './places.ts';

/** What a container is, from its creation on; only its name changes. */
export interface ContainerRecord {
  readonly version: 1;
  readonly id: ContainerId;
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly image: { readonly id: string; readonly config: ImageConfig };
  /** Volumes of the container that it replaces. */
  readonly inherited: readonly string[];
  /** Unix time in milliseconds. */
  readonly createdAt: number;
}

export function readRecord(root: Root, id: string): ContainerRecord | undefined {
  return readJson<ContainerRecord>(lastingPlaces(root, id).record);
}

export function readHeld(root: Root, id: string): readonly HeldMount[] {
  return readJson<readonly HeldMount[]>(lastingPlaces(root, id).held) ?? [];
}

/** False while it is being made, and for ever when whoever made it was killed. */
export function isMade(root: Root, id: string): boolean {
  return readJson(lastingPlaces(root, id).held) !== undefined;
}

/** All containers of all projects. A record without its name is one whose making or removal was cut short. */
export function listRecords(root: Root): readonly ContainerRecord[] {
  const records: ContainerRecord[] = [];
  for (const id of readdirSync(join(root.lasting, 'containers'))) {
    const record = readRecord(root, id);
    if (record !== undefined && nameOwner(root, record.name) === id) records.push(record);
  }
  return records;
}

/** Names become files, for which Linux has this many bytes; letters of names are of one each. */
const longestName = 255;

/** Throws `engine.request` for a name that cannot be one: it becomes a file's. */
export function requireContainerName(name: string): void {
  if (name.length > longestName) {
    throw new FlotillaError(
      'engine.request',
      `${quote(shorten(name))} cannot be the name of a container: it has ${name.length} characters, and ${longestName} is the most`,
      { hint: 'Choose a shorter `container_name`, or a shorter name for the project or the service.' },
    );
  }
  if (isEngineName(name)) return;
  throw new FlotillaError('engine.request', `${quote(name)} cannot be the name of a container`, {
    hint: engineNameRule,
  });
}

/** By id, by name, or by the beginning of an id that no other container's id shares. */
export function findRecord(root: Root, ref: string): ContainerRecord | undefined {
  if (!/^[\w.-]+$/.test(ref)) return undefined;
  const byName = nameOwner(root, ref);
  const id = byName ?? (/^[0-9a-f]{64}$/.test(ref) ? ref : idWithPrefix(root, ref));
  if (id === undefined) return undefined;
  const record = readRecord(root, id);
  return record !== undefined && nameOwner(root, record.name) === id ? record : undefined;
}

/** Makes the folder of a new container. Its maker locks it at once, for without its name it is nobody's. */
export function makeFolder(root: Root, id: string): void {
  mkdirSync(lastingPlaces(root, id).folder, { recursive: true, mode: 0o700 });
}

/** Claims the record's name and makes it known in one step; resolves to the owner's id when the name is taken. */
export function publishRecord(
  { root, locks }: Pick<Engine, 'root' | 'locks'>,
  record: ContainerRecord,
): Promise<string | undefined> {
  // It reaches the disk with what makes it whole; until then a power cut takes nothing that anybody could use.
  writeJson(lastingPlaces(root, record.id).record, record);
  return locks.hold(namesLock(root), () => claimName(root, record.name, record.id));
}

/** Runs work, which must not wait, while no container becomes known. */
export function whileNoneComes<T>(
  { root, locks }: Pick<Engine, 'root' | 'locks'>,
  work: () => Promise<T> | T,
): Promise<T> {
  return locks.hold(namesLock(root), work);
}

/** Gives it another name; resolves to the owner's id when that is taken. */
export function renameRecord(
  { root, locks }: Pick<Engine, 'root' | 'locks'>,
  record: ContainerRecord,
  name: string,
): Promise<string | undefined> {
  return locks.hold(namesLock(root), () => {
    const owner = claimName(root, name, record.id);
    if (owner !== undefined && owner !== record.id) return owner;
    writeJson(lastingPlaces(root, record.id).record, { ...record, name });
    if (name !== record.name) releaseName(root, record.name, record.id);
    return undefined;
  });
}

export function releaseName(root: Root, name: string, id: string): void {
  if (nameOwner(root, name) === id) rmSync(namePath(root, name), { force: true });
}

function claimName(root: Root, name: string, id: string): string | undefined {
  requireContainerName(name);
  for (;;) {
    try {
      symlinkSync(id, namePath(root, name));
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = nameOwner(root, name);
    if (owner === undefined) continue;
    if (readRecord(root, owner)?.name === name) return owner;
    // Its owner is gone or has another name by now: the link is what a killed command left.
    rmSync(namePath(root, name), { force: true });
  }
}

function nameOwner(root: Root, name: string): string | undefined {
  if (!isEngineName(name) || name.length > longestName) return undefined;
  try {
    return readlinkSync(namePath(root, name));
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw error;
  }
}

function namesLock(root: Root): string {
  return join(root.lasting, 'names.lock');
}

function namePath(root: Root, name: string): string {
  return `${root.lasting}/names/${name}`;
}

function idWithPrefix(root: Root, prefix: string): string | undefined {
  if (!/^[0-9a-f]+$/.test(prefix)) return undefined;
  const found = readdirSync(join(root.lasting, 'containers')).filter((id) => id.startsWith(prefix));
  return found.length === 1 ? found[0] : undefined;
}
