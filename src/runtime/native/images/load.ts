import type { Platform } from '../../../images/index.ts';
import { familiar } from '../../../images/index.ts';
import type { ImageInput, LoadedImage } from '../../image-verbs.ts';
import { openArchive } from './archive/archive.ts';
import { dockerImages } from './archive/docker.ts';
import type { ArchivedImage } from './archive/image.ts';
import { ociImages } from './archive/oci.ts';
import { checkRunnable, parseConfig } from './config.ts';
import { archiveError } from './failure.ts';
import { inLanes } from './lanes.ts';
import { type Addition, openAddition, type StoreContext } from './store/layers.ts';

/** Loads all images of an archive; each is there as a whole or not at all. */
export async function loadImages(
  context: StoreContext,
  input: ImageInput,
  platform: Platform,
  signal?: AbortSignal,
): Promise<readonly LoadedImage[]> {
  const addition = await openAddition(context);
  try {
    const { scratch } = addition;
    const archive = await openArchive(input, { scratch, environment: context.environment, signal });
    const images = (await dockerImages(archive)) ?? (await ociImages(archive, platform));
    if (images === undefined)
      throw archiveError(archive.what, 'it has neither a manifest.json nor an index.json');
    if (images.length === 0) throw archiveError(archive.what, 'it lists no images');
    const loaded: LoadedImage[] = [];
    for (const image of images) loaded.push(await addImage(addition, image, archive.what, signal));
    return loaded;
  } finally {
    await addition.end();
  }
}

async function addImage(
  addition: Addition,
  { id, config, tags, layers }: ArchivedImage,
  what: string,
  signal: AbortSignal | undefined,
): Promise<LoadedImage> {
  checkRunnable(parseConfig(config, what), what);
  await addition.blob(id, config);
  const diffIds = await inLanes(layers, 3, (layer, abort) => addition.layer(layer, abort), signal);
  await addition.image(id, { tags, digests: [], layers: diffIds });
  return { id, tags: tags.map(familiar) };
}
