import { readFileSync } from 'node:fs';
import { FlotillaError, messageOf } from '../../../../core/error.ts';
import type { Locks } from '../../system/lock.ts';
import { writeJson } from '../../system/write-whole.ts';
import { type Places, preparePlaces } from './places.ts';

/** What there is, in `index.json`. */
export interface ImageIndex {
  readonly version: 1;
  /** By id. */
  readonly images: Readonly<Record<string, IndexedImage>>;
  /** By diff id. */
  readonly layers: Readonly<Record<string, IndexedLayer>>;
}

export interface IndexedImage {
  /** In full: `docker.io/library/nginx:latest`. */
  readonly tags: readonly string[];
  /** In full: `docker.io/library/nginx@sha256:…`. */
  readonly digests: readonly string[];
  /** Diff ids, lowest first. */
  readonly layers: readonly string[];
  /** Unix time in milliseconds. */
  readonly taggedAt: number;
}

export interface IndexedLayer {
  /** Below `l`. */
  readonly link: string;
  /** Bytes of its files. */
  readonly size: number;
  /** Bytes of its archive. */
  readonly archiveSize: number;
  /** What it was when it was last sent to a registry, which may have it still. */
  readonly packed?: PackedLayer;
  /** It takes away everything below it. */
  readonly isOpaque?: boolean;
  /** See `UnpackedLayer.displaced`. */
  readonly displaced?: readonly number[];
}

/** A layer's archive, compressed by gzip. */
export interface PackedLayer {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export function readIndex({ index }: Places): ImageIndex {
  let text: string;
  try {
    text = readFileSync(index, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, images: {}, layers: {} };
    throw thrown;
  }
  try {
    const found = JSON.parse(text) as ImageIndex;
    if (found.version === 1) return found;
  } catch (cause) {
    throw new FlotillaError('image.corrupt', `the index of images ${index} is damaged: ${messageOf(cause)}`, {
      hint: 'Move the folder of images away and load them anew.',
      cause,
    });
  }
  throw new FlotillaError('image.corrupt', `the index of images ${index} is of another version of Flotilla`, {
    hint: 'Use the newer version.',
  });
}

/** Changes the index while nobody else does; what the change gives back beside it is passed on. */
export async function changeIndex<Result>(
  places: Places,
  locks: Locks,
  change: (index: ImageIndex) => { readonly index: ImageIndex; readonly result: Result },
): Promise<Result> {
  preparePlaces(places);
  return locks.hold(places.lock, () => {
    const before = readIndex(places);
    const { index, result } = change(before);
    if (index !== before) writeJson(places.index, index);
    return result;
  });
}
