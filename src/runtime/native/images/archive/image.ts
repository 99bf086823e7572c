import type { LayerSource } from '../store/layers.ts';

/** An image that an archive holds; its configuration is checked, its layers are when they are read. */
export interface ArchivedImage {
  /** `sha256:…` */
  readonly id: string;
  readonly config: Uint8Array;
  /** In full. */
  readonly tags: readonly string[];
  readonly layers: readonly LayerSource[];
}
