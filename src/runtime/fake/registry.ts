import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { PullOptions } from '../driver.ts';
import { addImage, describeImage, type FakeImage, type ImageDescription } from './model/index.ts';
import type { World } from './world.ts';

/** Where a fake engine pulls from; undefined for what cannot be had there. */
export type Registry = (reference: string) => FakeImage | undefined;

export function createRegistry(images: 'all' | readonly (string | ImageDescription)[]): Registry {
  if (images === 'all') return describeImage;
  const known = new Map(images.map(describeImage).map((image) => [image.reference, image]));
  return (reference) => known.get(describeImage(reference).reference);
}

/** Size of every fake image, for its progress. */
const imageBytes = 1_000_000;

export function pull(world: World, registry: Registry, reference: string, { onProgress }: PullOptions): void {
  const image = registry(reference);
  if (image === undefined) {
    throw new FlotillaError(
      'image.not-found',
      `cannot pull image ${quote(reference)}: there is no such image`,
      {
        hint: "Check the image's name and tag, or build it first.",
      },
    );
  }
  onProgress?.({ current: 0, total: imageBytes, text: 'Downloading' });
  onProgress?.({ current: imageBytes, total: imageBytes, text: 'Pull complete' });
  world.update(addImage(world.state, image));
}
