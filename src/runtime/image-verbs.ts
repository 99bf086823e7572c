import type { ObservedImage } from '../images/index.ts';

/** What a runtime can do that keeps images itself, for who looks after them by hand. */
export interface ImageVerbs {
  /** The newest first. */
  list(signal?: AbortSignal): Promise<readonly KeptImage[]>;
  /** The configuration as it was written (opencontainers/image-spec, config.md). */
  configuration(id: string): Promise<unknown>;
  /** Loads what `docker save` has written, of either layout, and OCI archives and folders. */
  load(input: ImageInput, options?: ImageLoadOptions, signal?: AbortSignal): Promise<readonly LoadedImage[]>;
  /** Rejects with `image.not-found` when one of them is not there; the bytes are a tar archive. */
  save(references: readonly string[]): Promise<AsyncIterable<Uint8Array>>;
  /** Makes an image of the file system in an archive; resolves to its id. */
  import(input: ImageInput, options?: ImageImportOptions, signal?: AbortSignal): Promise<string>;
  /** A tag that another image has is taken from that. */
  tag(reference: string, target: string): Promise<void>;
  /**
   * Removes a tag, and the image with its last one; what is not there is no error. One that a container is of, and an
   * id with tags of several repositories, is `engine.conflict`; `force` takes the latter away.
   */
  remove(reference: string, options: { readonly force: boolean }): Promise<RemovedImages>;
  /** Removes images that no container is of: those without tags, or all of them. */
  prune(options: ImagePruneOptions): Promise<PrunedImages>;
}

export interface KeptImage {
  readonly observed: ObservedImage;
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Bytes of all layers, unpacked. */
  readonly size: number;
  /** Unix time in milliseconds, as the image says. */
  readonly createdAt?: number;
}

export type ImageInput =
  | { readonly kind: 'path'; readonly path: string }
  /** Standard input, say. */
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> };

export interface ImageLoadOptions {
  /** Of images that come for several; the machine's own unless given. */
  readonly platform?: string;
}

export interface LoadedImage {
  readonly id: string;
  /** As docker writes them. */
  readonly tags: readonly string[];
}

export interface ImageImportOptions extends ImageLoadOptions {
  /** A tag to give it. */
  readonly reference?: string;
  /** Lines of a Dockerfile, as `docker import --change` takes them. */
  readonly changes?: readonly string[];
  /** What its history says. */
  readonly message?: string;
}

export interface RemovedImages {
  /** Tags and digest references, as docker writes them. */
  readonly untagged: readonly string[];
  /** Ids. */
  readonly deleted: readonly string[];
}

export interface ImagePruneOptions {
  /** Those with tags too. */
  readonly all: boolean;
  /** Narrows it down: true for what may go. */
  readonly only?: (image: KeptImage) => boolean;
}

export interface PrunedImages extends RemovedImages {
  /** Bytes that are free now. */
  readonly reclaimed: number;
}
