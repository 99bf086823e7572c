import type { ContainerId } from '../../core/ids.ts';
import { parseReference } from '../../images/index.ts';
import type { CommitOptions } from '../driver.ts';
import { apiPath, type EngineClient } from './client.ts';
import { splitReference } from './reference.ts';
import { shortId } from './short-id.ts';

/** As `Driver.commitContainer`. */
export async function commitContainer(
  client: EngineClient,
  container: ContainerId,
  { reference, author, message, changes, pause }: CommitOptions,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  if (reference !== undefined) parseReference(reference);
  const { name, tag } = reference === undefined ? {} : splitReference(reference);
  const { Id: id } = await client.json<{ readonly Id: string }>(
    {
      method: 'POST',
      path: apiPath`/commit`,
      query: {
        container,
        repo: name,
        tag,
        author,
        comment: message,
        pause,
        changes: changes.length === 0 ? undefined : changes.join('\n'),
      },
      json: {},
      task: `make an image of container ${shortId(container)}`,
    },
    signal,
  );
  return id;
}
