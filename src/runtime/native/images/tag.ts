import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { formatReference, parseReference } from '../../../images/index.ts';
import { lookUp } from './names.ts';
import { noSuchImage } from './save.ts';
import { changeIndex } from './store/index-file.ts';
import { type StoreContext, withImage } from './store/layers.ts';

/** Gives an image a tag more, which is taken from another that has it. */
export async function tagImage(
  { places, locks, clock }: StoreContext,
  reference: string,
  target: string,
): Promise<void> {
  const tag = fullTag(target);
  await changeIndex(places, locks, (index) => {
    const match = lookUp(index, reference);
    const image = match === undefined ? undefined : index.images[match.id];
    if (match === undefined || image === undefined) throw noSuchImage(reference);
    const changed = withImage(index, match.id, { ...image, tags: [tag] }, clock.now());
    return { index: changed, result: undefined };
  });
}

/** Throws `image.reference` for what can be no tag. */
export function fullTag(text: string): string {
  const reference = parseReference(text);
  if (reference.digest === undefined) return formatReference(reference);
  throw new FlotillaError('image.reference', `${quote(text)} is a digest, and no image can be given one`, {
    hint: 'Name a tag: [HOST[:PORT]/]NAME[:TAG].',
  });
}
