import { FlotillaError } from '../../../core/error.ts';
import type { Descriptor, Platform } from '../../../images/index.ts';
import { choosePlatform } from './platform.ts';

/** Lists also name signatures and records of how an image was built. */
export function isImage({ annotations, platform, artifactType }: Descriptor): boolean {
  return (
    annotations['vnd.docker.reference.type'] === undefined &&
    platform?.os !== 'unknown' &&
    (artifactType === undefined || artifactType === '')
  );
}

/** The image of a list for a platform; throws `image.not-found` when there is none. */
export function chooseImage(offered: readonly Descriptor[], platform: Platform, what: string): Descriptor {
  const images = offered.filter(isImage);
  const [only] = images;
  // A list of one image need not say what it runs on.
  if (only !== undefined && images.length === 1 && only.platform === undefined) return only;
  const index = choosePlatform(
    platform,
    images.map((image) => image.platform),
  );
  const chosen = index === undefined ? undefined : images[index];
  if (chosen !== undefined) return chosen;
  const names = images.flatMap((image) => (image.platform === undefined ? [] : platformText(image.platform)));
  throw new FlotillaError('image.not-found', `${what} has no image for ${platformText(platform)}`, {
    hint:
      names.length === 0
        ? 'It names no platform at all.'
        : `It has ${[...new Set(names)].join(', ')}: choose one with \`platform\`, where this machine can run it.`,
  });
}

function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
