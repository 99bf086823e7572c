import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { damaged } from '../../../tar/header.ts';
import { placeOf } from './node.ts';
import { readRecipe } from './recipe.ts';

/**
 * The archive of an unpacked layer, byte for byte as it was. Fails with `image.corrupt` at its end when somebody has
 * changed the layer's files.
 */
export async function* weave(
  folder: string,
  { diffId, displaced = [] }: { readonly diffId: string; readonly displaced?: readonly number[] | undefined },
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let files = 0;
  for await (const piece of readRecipe(`${folder}/recipe`)) {
    if (piece.kind === 'raw') {
      hash.update(piece.bytes);
      yield piece.bytes;
      continue;
    }
    const place = displaced.includes(files)
      ? `${folder}/displaced/${files}`
      : placeOf(`${folder}/root`, piece.path);
    files += 1;
    for await (const chunk of createReadStream(place, { highWaterMark: 256 * 1024 })) {
      hash.update(chunk as Uint8Array);
      yield chunk as Uint8Array;
    }
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== diffId) throw damaged(`layer ${diffId}`, `its files were changed, and it is ${found} now`);
}
