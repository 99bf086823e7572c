import type { ImageStore, RemovedImages, Root, StoredImage } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import type { ArchiveInput } from './archive/archive.ts';
import { type LoadedImage, loadImages } from './load.ts';
import { hostPlatform, parsePlatform } from './platform.ts';
import { type RemoveImageOptions, removeImage } from './remove.ts';
import { findImage, storedImage } from './store/find.ts';
import { readIndex } from './store/index-file.ts';
import type { StoreContext } from './store/layers.ts';
import { preparePlaces } from './store/places.ts';
import type { LayerLimits } from './unpack/limits.ts';

export type { ArchiveInput } from './archive/archive.ts';
export type { LoadedImage } from './load.ts';
export type { RemoveImageOptions } from './remove.ts';
export { type LayerLimits, layerLimits } from './unpack/limits.ts';

/** The images of the native engine, with what only their commands need. */
export interface Images extends ImageStore {
  /** Loads what `docker save` has written, of either layout, and OCI archives and folders. */
  load(input: ArchiveInput, options?: LoadOptions, signal?: AbortSignal): Promise<readonly LoadedImage[]>;
  list(): Promise<readonly StoredImage[]>;
  remove(reference: string, options: RemoveImageOptions): Promise<RemovedImages>;
}

export interface LoadOptions {
  /** Of images that come for several. */
  readonly platform?: string;
}

export interface ImagesOptions {
  readonly root: Root;
  readonly libc: Libc;
  /** Of programs that unpack what Node cannot. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What Node calls the machine's processor: `process.arch`. */
  readonly architecture: string;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  readonly limits?: LayerLimits;
}

export function openImages({ root, libc, environment, architecture, now, limits }: ImagesOptions): Images {
  const places = preparePlaces(root);
  const context: StoreContext = {
    places,
    libc,
    environment,
    now,
    ...(limits === undefined ? {} : { limits }),
  };
  const host = hostPlatform(architecture);
  return {
    find: async (reference) => findImage(places, reference),
    load: (input, options, signal) =>
      loadImages(
        context,
        input,
        (options?.platform && parsePlatform(options.platform, host)) || host,
        signal,
      ),
    async list() {
      const index = readIndex(places);
      return Object.keys(index.images).flatMap((id) => storedImage(places, index, id) ?? []);
    },
    async pull() {
      throw new Error('bug in Flotilla: the native engine cannot pull yet');
    },
    remove: (reference, options) => removeImage(context, reference, options),
  };
}
