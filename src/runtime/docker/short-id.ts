import { quote } from '../../core/text.ts';

/** A container in a message: the twelve digits that docker shows of an id, or the quoted name. */
export function shortId(container: string): string {
  return /^[0-9a-f]{64}$/.test(container) ? container.slice(0, 12) : quote(container);
}
