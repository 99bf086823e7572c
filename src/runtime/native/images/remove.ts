import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { familiar } from '../../../images/index.ts';
import type { RemovedImages } from '../../image-verbs.ts';
import type { ImageStore } from '../parts.ts';
import { lookUp, repositoryOf } from './names.ts';
import { changeIndex, type ImageIndex } from './store/index-file.ts';
import type { StoreContext } from './store/layers.ts';
import { emptyTrash, sweep } from './store/sweep.ts';

type RemoveImageOptions = Parameters<ImageStore['remove']>[1];

/** Removes a tag, and the image with its last one. What is not there is no error. */
export async function removeImage(
  context: StoreContext,
  reference: string,
  options: RemoveImageOptions,
): Promise<RemovedImages> {
  const { places, libc, locks } = context;
  const remove = (index: ImageIndex, inUse: (id: string) => boolean) => {
    const { images, untagged, deleted } = without(index, reference, { ...options, inUse });
    if (images === index.images) return { index, result: { untagged, deleted } };
    return { index: sweep({ ...index, images }, places, libc), result: { untagged, deleted } };
  };
  const removed = await options.withUsers((inUse) =>
    changeIndex(places, locks, (index) => remove(index, inUse)),
  );
  await emptyTrash(places);
  return removed;
}

function without(
  { images, ...index }: ImageIndex,
  reference: string,
  { inUse, force = false }: Pick<RemoveImageOptions, 'force'> & { readonly inUse: (id: string) => boolean },
): RemovedImages & Pick<ImageIndex, 'images'> {
  const match = lookUp({ ...index, images }, reference);
  const image = match === undefined ? undefined : images[match.id];
  if (match === undefined || image === undefined) return { images, untagged: [], deleted: [] };
  const { id, name } = match;
  const repositories = new Set(image.tags.map(repositoryOf));
  const leftTags = name === undefined ? [] : image.tags.filter((tag) => tag !== name);
  if (name === undefined && repositories.size > 1 && !force) {
    throw new FlotillaError(
      'engine.conflict',
      `the image ${quote(reference)} has tags of several repositories`,
      {
        hint: `Remove them one by one (${image.tags.map(familiar).join(', ')}), or all with --force.`,
      },
    );
  }
  const isDigest = name?.includes('@') === true;
  if (name !== undefined && (isDigest ? image.tags.length > 0 : leftTags.length > 0)) {
    const digests = isDigest
      ? image.digests.filter((digest) => digest !== name)
      : withoutStale(image.digests, leftTags);
    const untagged = [
      name,
      ...image.digests.filter((digest) => digest !== name && !digests.includes(digest)),
    ];
    return {
      images: { ...images, [id]: { ...image, tags: leftTags, digests } },
      untagged: untagged.map(familiar),
      deleted: [],
    };
  }
  if (inUse(id)) {
    throw new FlotillaError('engine.conflict', `the image ${quote(reference)} is used by a container`, {
      hint: 'Remove the container first.',
    });
  }
  const others = Object.entries(images).filter(([other]) => other !== id);
  return {
    images: Object.fromEntries(others),
    untagged: [...image.tags, ...image.digests].map(familiar),
    deleted: [id],
  };
}

/** A digest goes with the last tag of its repository. */
function withoutStale(digests: readonly string[], tags: readonly string[]): readonly string[] {
  const repositories = new Set(tags.map(repositoryOf));
  return digests.filter((digest) => repositories.has(repositoryOf(digest)));
}
