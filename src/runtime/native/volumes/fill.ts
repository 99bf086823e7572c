import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VolumeFilling } from '../../driver.ts';
import type { FileSpec } from '../../spec.ts';
import { refuse } from '../oci/index.ts';
import { resolveBeneath } from '../system/resolve-in-root.ts';
import type { Context } from './context.ts';
import { createVolume } from './create.ts';
import { mountHost } from './host-mounts.ts';
import { driverMount } from './local-driver.ts';
import { placesOf, readRecord } from './record.ts';

/** A reader finds the old or the new file, with its owner and mode, never a part of one. */
export async function fillVolume(context: Context, { volume, files }: VolumeFilling): Promise<void> {
  createVolume(context, volume);
  const places = placesOf(context.root, volume.name);
  const record = readRecord(context.root, volume.name);
  const mount = record === undefined ? undefined : driverMount(record, places);
  if (mount !== undefined) await mountHost(context, mount);
  for (const file of files) putFile(places.data, volume.name, file);
}

function putFile(data: string, volume: string, { path, content, mode, uid, gid }: FileSpec): void {
  const target = resolveBeneath(data, dirname(path));
  if (target === undefined)
    throw refuse(`volume ${JSON.stringify(volume)}`, `the file ${JSON.stringify(path)} is not in it`);
  mkdirSync(target, { recursive: true, mode: 0o755 });
  const name = path.slice(path.lastIndexOf('/') + 1);
  const temporary = join(target, `.${randomBytes(8).toString('hex')}`);
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    chownSync(temporary, uid, gid);
    // After the owner: a change of owner takes setuid bits away.
    chmodSync(temporary, mode);
    renameSync(temporary, join(target, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
