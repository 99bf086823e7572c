import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { BuildSpec } from '../../images/index.ts';
import type { BuildImageOptions, ImageStep, PullOptions, PushedImage, PushOptions } from '../driver.ts';
import {
  addImage,
  describeImage,
  type FakeImage,
  findImage,
  type ImageDescription,
  imageBytes,
} from './model/index.ts';
import type { World } from './world.ts';

/** Where a fake engine pulls from; undefined for what cannot be had there. */
export type Registry = (reference: string) => FakeImage | undefined;

export function createRegistry(images: 'all' | readonly (string | ImageDescription)[]): Registry {
  if (images === 'all') return describeImage;
  const known = new Map(images.map(describeImage).map((image) => [image.reference, image]));
  return (reference) => known.get(describeImage(reference).reference);
}

/** A build makes another image each time. */
export function build(world: World, { tags }: BuildSpec, { onLine }: BuildImageOptions): void {
  onLine?.('building');
  const serial = world.state.serial + 1;
  for (const reference of tags) {
    const { id, digest, ...rest } = describeImage({
      reference,
      id: `sha256:${serial.toString(16).padStart(64, '0')}`,
    });
    world.update(addImage({ ...world.state, serial }, { ...rest, id, digest }));
  }
}

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

/** Every registry takes everything. */
export function push(world: World, reference: string, { onProgress }: PushOptions): readonly PushedImage[] {
  const image = findImage(world.state, reference);
  if (image === undefined) {
    throw new FlotillaError(
      'image.not-found',
      `cannot push image ${quote(reference)}: there is no image with that tag`,
      { hint: 'Build it first, or give an image that name.' },
    );
  }
  onProgress?.({ current: imageBytes, total: imageBytes, text: 'Pushed' });
  return [{ reference, digest: image.digest, size: 528 }];
}

/** Every fake image came about in one step. */
export function history(world: World, reference: string): readonly ImageStep[] | undefined {
  const image = findImage(world.state, reference);
  return image && [{ id: image.id, by: 'FROM scratch', size: imageBytes, comment: '' }];
}
