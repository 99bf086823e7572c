import { readFileSync } from 'node:fs';
import { FlotillaError } from '../../../../core/error.ts';
import { familiar } from '../../../../images/index.ts';
import type { StoredImage } from '../../parts.ts';
import { parseConfig } from '../config.ts';
import { lookUp } from '../names.ts';
import { type ImageIndex, readIndex } from './index-file.ts';
import type { Places } from './places.ts';

export function findImage(places: Places, reference: string): StoredImage | undefined {
  const index = readIndex(places);
  const match = lookUp(index, reference);
  return match === undefined ? undefined : storedImage(places, index, match.id);
}

/** Undefined when another process has just removed it. */
export function storedImage(places: Places, index: ImageIndex, id: string): StoredImage | undefined {
  const image = index.images[id];
  const bytes = readBlob(places, id);
  if (image === undefined || bytes === undefined) return undefined;
  const { diffIds, ...parsed } = parseConfig(bytes, `image ${id}`);
  const layers = image.layers.map((diffId) => index.layers[diffId] ?? lost(id, diffId));
  const lowest = layers.findLastIndex((layer) => layer.isOpaque === true);
  const { test } = parsed.config.healthcheck ?? { test: [] };
  return {
    id,
    ...parsed,
    // An overlay needs something below it, also for an image with nothing in it.
    layers:
      layers.length === 0
        ? [places.empty]
        : layers.slice(Math.max(lowest, 0)).map((layer) => places.link(layer.link)),
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
    observed: {
      digest: id,
      id,
      tags: image.tags.map(familiar),
      repoDigests: image.digests.map(familiar),
      volumes: parsed.config.volumes,
      hasHealthcheck: test.length > 0 && test[0] !== 'NONE',
      labels: parsed.config.labels,
      taggedAt: image.taggedAt,
    },
  };
}

function lost(id: string, diffId: string): never {
  throw new FlotillaError('image.corrupt', `the image ${id} has lost its layer ${diffId}`, {
    hint: 'Remove the image, then pull or load it again.',
  });
}

export function readBlob(places: Places, digest: string): Buffer | undefined {
  try {
    return readFileSync(places.blob(digest));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
