import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { archiveEnd } from '../../tar/write.ts';
import { type ContainerRecord, findRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';

/**
 * Who removes a container removes what is being read, which then is a part of it only: the archive fails before its end.
 * Rejects with `engine.request`.
 */
export async function* untilRemoved(
  { root }: Pick<Engine, 'root'>,
  { id, name }: Pick<ContainerRecord, 'id' | 'name'>,
  archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of archive) {
    if (piece === archiveEnd && findRecord(root, id) === undefined) {
      throw new FlotillaError('engine.request', `container ${quote(name)} was removed while it was read`);
    }
    yield piece;
  }
}
