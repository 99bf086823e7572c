import { quote } from '../../../core/text.ts';
import type { VolumeFilling } from '../../driver.ts';
import { fileBytes } from '../../file-bytes.ts';
import type { FileSpec } from '../../spec.ts';
import { refuse } from '../oci/index.ts';
import { putFile } from '../system/put-file.ts';
import type { Context } from './context.ts';
import { createVolume } from './create.ts';
import { mountHost } from './host-mounts.ts';
import { driverMount } from './local-driver.ts';
import { placesOf, readRecord } from './record.ts';

/** A reader finds the old or the new file, with its owner and mode, never a part of one. */
export async function fillVolume(context: Context, { volume, files }: VolumeFilling): Promise<void> {
  await createVolume(context, volume);
  const places = placesOf(context.root, volume.name);
  const record = readRecord(context.root, volume.name);
  const mount = record === undefined ? undefined : driverMount(record, places);
  if (mount !== undefined) await mountHost(context, mount);
  for (const file of files) put(context, places.data, volume.name, file);
}

/** Containers that have the volume may run. */
function put({ libc }: Context, data: string, volume: string, file: FileSpec): void {
  try {
    const rootOf = (path: string) => ({ root: data, path });
    putFile(libc, { beneath: true, rootOf }, { ...file, bytes: fileBytes(file) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    throw refuse(`volume ${quote(volume)}`, `the file ${quote(file.path)} would not be in it`);
  }
}
