import { FlotillaError } from '../../../../core/error.ts';

/** What a layer may be at most. Honest layers stay far below; what is above fills disks or keeps a machine busy. */
export interface LayerLimits {
  /** Files, folders, links and the like. */
  readonly entries: number;
  /** Bytes of the archive, out of its packing. */
  readonly size: number;
  /** How many times larger a layer may be than its packed form, once it is larger than `freeSize`. */
  readonly ratio: number;
  /** Bytes below which the ratio does not matter: files of zeros pack very well. */
  readonly freeSize: number;
}

const gibibyte = 1024 ** 3;

export const layerLimits: LayerLimits = {
  entries: 2_000_000,
  size: 256 * gibibyte,
  ratio: 200,
  freeSize: 4 * gibibyte,
};

/** Throws `image.too-large` for a layer that has become more than it may be. */
export function checkSize(
  { packed, unpacked }: { readonly packed: number; readonly unpacked: number },
  limits: LayerLimits,
  what: string,
): void {
  if (unpacked > limits.size) throw bomb(`${what} has more than ${limits.size} bytes`);
  if (unpacked > limits.freeSize && unpacked > packed * limits.ratio)
    throw bomb(`${what} grows to more than ${limits.ratio} times its size when it is unpacked`);
}

export function bomb(message: string): FlotillaError {
  return new FlotillaError('image.too-large', message, {
    hint: 'It was not unpacked, because it may be made to fill disks. Check where the image comes from.',
  });
}
