import type { ContainerId } from '../../core/ids.ts';
import type { FileSpec } from '../spec.ts';
import { apiPath, type EngineClient } from './client.ts';
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
      query: { path: '/' },
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
