import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { engineNameRule, isEngineName } from '../../../core/engine-name.ts';
import { FlotillaError } from '../../../core/error.ts';
import { compareBytes, quote } from '../../../core/text.ts';
import { cleanPath } from '../../clean-path.ts';
import type { Root } from '../parts.ts';
import { makeOpenFolder } from '../system/open-to-all.ts';
import { isMissing, readJson } from '../system/read-json.ts';
import { writeJsonDurably } from '../system/write-whole.ts';

/** volume.json: what a volume is. It never changes. */
export interface VolumeRecord {
  readonly version: 1;
  readonly name: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix time in milliseconds. */
  readonly createdAt: number;
}

export interface VolumePlaces {
  readonly folder: string;
  /** What containers see. */
  readonly data: string;
  readonly record: string;
}

/** How Docker marks volumes that nobody named, and by which they are told from others. */
export const anonymousLabel = 'com.docker.volume.anonymous';

/** The volume without a name that a container has at a target: known before it is made, so that nobody takes it away. */
export function anonymousName(container: string, target: string): string {
  return createHash('sha256')
    .update(`${container}:${cleanPath(target)}`)
    .digest('hex');
}

/** The place of an image that a container has mounted. */
export function imageMountName(container: string, target: string): string {
  return anonymousName(container, target).slice(0, 16);
}

/** Throws `engine.request` for a name that cannot be one: it becomes a folder's. */
export function placesOf(root: Root, name: string): VolumePlaces {
  if (!isEngineName(name) || name.length > 255) {
    throw new FlotillaError('engine.request', `${quote(name)} cannot be the name of a volume`, {
      hint: engineNameRule,
    });
  }
  const folder = join(volumesFolder(root), name);
  return { folder, data: join(folder, '_data'), record: join(folder, 'volume.json') };
}

export function readRecord(root: Root, name: string): VolumeRecord | undefined {
  return readJson(placesOf(root, name).record);
}

/** All volumes, by name. */
export function listRecords(root: Root): readonly VolumeRecord[] {
  return names(root)
    .map((name) => readJson<VolumeRecord>(join(volumesFolder(root), name, 'volume.json')))
    .filter((record) => record !== undefined)
    .sort((left, right) => compareBytes(left.name, right.name));
}

/** Makes the volume with an empty folder; false when there is one of that name already. Of several callers one succeeds. */
export async function makeVolume(root: Root, record: VolumeRecord): Promise<boolean> {
  const { folder } = placesOf(root, record.name);
  // Dots come first in no volume's name.
  const temporary = join(volumesFolder(root), `.${randomBytes(8).toString('hex')}`);
  mkdirSync(volumesFolder(root), { recursive: true, mode: 0o700 });
  mkdirSync(temporary, { mode: 0o700 });
  try {
    makeOpenFolder(join(temporary, '_data'));
    await writeJsonDurably(join(temporary, 'volume.json'), record);
    renameSync(temporary, folder);
    return true;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

function volumesFolder(root: Root): string {
  return join(root.lasting, 'volumes');
}

function names(root: Root): readonly string[] {
  try {
    return readdirSync(volumesFolder(root)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
