import type { Descriptor, Manifest } from './manifest.ts';
import type { ImageReference } from './reference.ts';

/**
 * Reads from registries by the OCI distribution protocol (https://github.com/opencontainers/distribution-spec). All
 * calls reject with `image.…` FlotillaErrors, and with the signal's reason when it aborts; contents that are not
 * what their digest says never come out.
 */
export interface Registry {
  /** The digest of what the reference names now. */
  digest(reference: ImageReference, signal?: AbortSignal): Promise<string>;
  manifest(
    reference: ImageReference,
    signal?: AbortSignal,
  ): Promise<{ readonly digest: string; readonly manifest: Manifest }>;
  /** A small content as a whole; one of more than `limit` bytes is `image.too-large`. */
  blob(
    reference: ImageReference,
    descriptor: Descriptor,
    limit: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  /**
   * A content of any size as it comes, from one of its bytes on. It is not checked, and ends early when the
   * connection does: that is for who puts the parts together.
   */
  open(
    reference: ImageReference,
    descriptor: Descriptor,
    offset: number,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** A registry that is written to as well. */
export interface WritableRegistry extends Registry {
  /** Whether the repository has a content. */
  has(reference: ImageReference, digest: string, signal?: AbortSignal): Promise<boolean>;
  /** Sends a content in one go. */
  upload(reference: ImageReference, content: Content, signal?: AbortSignal): Promise<void>;
  /** Stores a manifest, of which all parts are there, under the reference's tag. */
  store(reference: ImageReference, manifest: StoredManifest, signal?: AbortSignal): Promise<void>;
}

export interface Content {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** From its beginning; called again where it has to be sent again. */
  open(): AsyncIterable<Uint8Array>;
}

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
