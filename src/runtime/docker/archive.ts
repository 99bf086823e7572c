import type { ContainerId } from '../../core/ids.ts';
import type { PathStat, PutArchiveOptions } from '../driver.ts';
import type { FileSpec } from '../spec.ts';
import { apiPath, type EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import { shortId } from './short-id.ts';
import { tarOf } from './tar.ts';

export async function putFiles(
  client: EngineClient,
  container: ContainerId | string,
  files: readonly FileSpec[],
  now: () => number,
  signal?: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  await client.send(
    {
      method: 'PUT',
      path: apiPath`/containers/${container}/archive`,
      // Else the engine empties a folder that is in a file's way, the user's own where it is mounted.
      query: { path: '/', noOverwriteDirNonDir: true },
      tar: tarOf(files, Math.floor(now() / 1000)),
      task: `put ${files.map((file) => file.path).join(', ')} into container ${shortId(container)}`,
    },
    signal,
  );
}

export async function getArchive(
  client: EngineClient,
  container: ContainerId,
  path: string,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const stream = await client.stream(
    {
      method: 'GET',
      path: apiPath`/containers/${container}/archive`,
      query: { path },
      task: `read ${path} of container ${shortId(container)}`,
    },
    signal,
  );
  return stream.chunks;
}

export async function exportContainer(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const stream = await client.stream(
    {
      method: 'GET',
      path: apiPath`/containers/${container}/export`,
      task: `export container ${shortId(container)}`,
    },
    signal,
  );
  return stream.chunks;
}

export async function putArchive(
  client: EngineClient,
  container: ContainerId,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  { ownedByUser }: PutArchiveOptions,
  signal?: AbortSignal,
): Promise<void> {
  await client.send(
    {
      method: 'PUT',
      path: apiPath`/containers/${container}/archive`,
      query: { path, noOverwriteDirNonDir: true, copyUIDGID: ownedByUser ? true : undefined },
      tar: archive,
      task: `copy into ${path} of container ${shortId(container)}`,
    },
    signal,
  );
}

export async function statPath(
  client: EngineClient,
  container: ContainerId,
  path: string,
  signal?: AbortSignal,
): Promise<PathStat | undefined> {
  try {
    const headers = await client.head(
      {
        method: 'HEAD',
        path: apiPath`/containers/${container}/archive`,
        query: { path },
        task: `look at ${path} of container ${shortId(container)}`,
      },
      signal,
    );
    return pathStatIn(headers['x-docker-container-path-stat'] ?? '');
  } catch (error) {
    // Not there, or below what is no folder. A reply without a body has no words; those of the next call tell more.
    if (!isRefused(error, 400, 404, 500)) throw error;
    return undefined;
  }
}

/** JSON in base 64, with a mode as Go has it: the type in its upper bits. */
function pathStatIn(header: string): PathStat {
  const { mode, linkTarget } = JSON.parse(Buffer.from(header, 'base64').toString()) as {
    readonly mode: number;
    readonly linkTarget?: string;
  };
  const has = (...bits: readonly number[]): boolean => bits.some((bit) => ((mode >>> bit) & 1) === 1);
  if (has(31)) return { kind: 'folder' };
  if (has(27)) return { kind: 'link', target: linkTarget ?? '/' };
  return { kind: has(26, 25, 24, 21, 19) ? 'other' : 'file' };
}
