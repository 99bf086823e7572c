import { collect } from '../../../../images/index.ts';
import { archiveError } from '../failure.ts';
import type { Archive, ArchiveFile } from './archive.ts';

/** A file that has to be there. */
export async function need(archive: Archive, name: string): Promise<ArchiveFile> {
  const file = await archive.find(name);
  if (file === undefined) throw archiveError(archive.what, `it has no ${JSON.stringify(name)}`);
  return file;
}

export async function readWhole(archive: Archive, name: string, limit: number): Promise<Uint8Array> {
  return collect((await need(archive, name)).read(), limit, `${JSON.stringify(name)} of ${archive.what}`);
}

export async function readJson(archive: Archive, name: string, limit: number): Promise<unknown> {
  const bytes = await readWhole(archive, name, limit);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw archiveError(archive.what, `${JSON.stringify(name)} is not JSON`);
  }
}
