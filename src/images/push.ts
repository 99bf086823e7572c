import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';

/** A push gives a tag its content; a digest says what that is already. */
export function digestHasNoPush(reference: string): FlotillaError {
  return new FlotillaError('image.reference', `cannot push ${quote(reference)}: it is a digest, and no tag`, {
    hint: 'Name a tag: [HOST[:PORT]/]NAME[:TAG].',
  });
}
