import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Root } from '../parts.ts';
import { type ContainerRecord, findRecord } from './record.ts';

/** By id, name or the beginning of an id. Throws `engine.request` when there is none. */
export function requireRecord(root: Root, ref: string): ContainerRecord {
  const record = findRecord(root, ref);
  if (record === undefined) throw new FlotillaError('engine.request', `no such container: ${quote(ref)}`);
  return record;
}
