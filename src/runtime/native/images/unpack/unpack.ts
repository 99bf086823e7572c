import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { FlotillaError, messageOf } from '../../../../core/error.ts';
import { damaged, type TarEntry } from '../../../tar/header.ts';
import { type TarVisitor, tarParser } from '../../../tar/parser.ts';
import type { Libc } from '../../system/libc.ts';
import { makeOpenFolder } from '../../system/open-to-all.ts';
import { type UnpackTools, unpacked } from '../compression.ts';
import { bomb, checkSize, type LayerLimits } from './limits.ts';
import { layerPath } from './path.ts';
import { type RecipeWriter, writeRecipe } from './recipe.ts';
import { type LayerTree, layerTree } from './tree.ts';
import { whiteoutOf } from './whiteout.ts';

export interface UnpackOptions extends UnpackTools {
  /** An empty folder; the layer's files come into `root` below it, and what makes its archive whole beside that. */
  readonly folder: string;
  readonly libc: Libc;
  readonly limits: LayerLimits;
  /** For messages: `layer 2 of "app.tar"`. */
  readonly what: string;
  /** Of the archive out of its packing; another one is `image.corrupt`. Absent: whatever it is. */
  readonly diffId?: string;
}

export interface UnpackedLayer {
  readonly diffId: string;
  /** Bytes of its files. */
  readonly size: number;
  /** Bytes of its archive, out of its packing. */
  readonly archiveSize: number;
  /** It takes away everything that lower layers have. */
  readonly isOpaque: boolean;
  /** Numbers of files whose content is in `displaced`, because the layer itself replaced them. */
  readonly displaced: readonly number[];
}

/**
 * Unpacks a layer as its bytes come. Rejects with `image.corrupt` for what is damaged or not what it should be, with
 * `image.unsafe` for what no honest layer does, with `image.too-large` for more than the limits, and with
 * `engine.disk-full`; the folder is then for the caller to remove, as is one whose source fails at its end.
 */
export async function unpackLayer(
  packed: AsyncIterable<Uint8Array>,
  options: UnpackOptions,
  signal?: AbortSignal,
): Promise<UnpackedLayer> {
  const { folder, what, limits } = options;
  makeOpenFolder(`${folder}/root`);
  const recipe = writeRecipe(`${folder}/recipe`);
  const layer = collectLayer(options, recipe);
  const parser = tarParser(layer.visitor, what);
  const hash = createHash('sha256');
  const sizes = { packed: 0, unpacked: 0 };
  try {
    for await (const chunk of unpacked(counted(packed, sizes), what, options)) {
      signal?.throwIfAborted();
      sizes.unpacked += chunk.length;
      checkSize(sizes, limits, what);
      hash.update(chunk);
      parser.push(chunk);
      await recipe.flushed();
    }
    parser.end();
    const diffId = `sha256:${hash.digest('hex')}`;
    if (options.diffId !== undefined && options.diffId !== diffId)
      throw damaged(what, `it should be ${options.diffId} and is ${diffId}`);
    layer.tree.finish();
    await recipe.end();
    return { diffId, archiveSize: sizes.unpacked, ...layer.result() };
  } catch (thrown) {
    layer.tree.abandon();
    recipe.abandon();
    throw told(thrown, what);
  }
}

function collectLayer({ folder, libc, limits, what }: UnpackOptions, recipe: RecipeWriter) {
  const contents = new Map<string, number>();
  const displaced: number[] = [];
  let files = 0;
  let size = 0;
  let entries = 0;
  let isOpaque = false;
  /** The content of the current entry goes into the recipe, for no file will hold it. */
  let isKept = false;

  const refugeOf = (path: string): string | undefined => {
    const number = contents.get(path);
    if (number === undefined) return undefined;
    contents.delete(path);
    displaced.push(number);
    mkdirSync(`${folder}/displaced`, { recursive: true });
    return `${folder}/displaced/${number}`;
  };
  const tree: LayerTree = layerTree({ root: `${folder}/root`, libc, what, refugeOf });

  const place = (path: string, entry: TarEntry): void => {
    tree.place(path, entry);
    if (entry.size === 0) return;
    isKept = false;
    size += entry.size;
    contents.set(path, files);
    files += 1;
    recipe.file(path);
  };

  const visitor: TarVisitor = {
    entry(entry) {
      entries += 1;
      if (entries > limits.entries) throw bomb(`${what} has more than ${limits.entries} files`);
      const path = layerPath(entry.name, what);
      const whiteout = whiteoutOf(path, entry, what);
      isKept = true;
      switch (whiteout.kind) {
        case 'none':
          return place(path, entry);
        case 'hide':
          return tree.hide(whiteout.path, entry);
        case 'opaque':
          isOpaque ||= whiteout.folder === '';
          return tree.clearBelow(whiteout.folder, entry);
        case 'ignore':
          return;
      }
    },
    content(bytes) {
      if (isKept) recipe.raw(bytes);
      else tree.write(bytes);
    },
    entryEnd: () => tree.close(),
    frame: (bytes) => recipe.raw(bytes),
  };
  return { tree, visitor, result: () => ({ size, isOpaque, displaced }) };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  sizes: { packed: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    sizes.packed += chunk.length;
    yield chunk;
  }
}

function told(thrown: unknown, what: string): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return thrown;
  return new FlotillaError('engine.disk-full', `${what} cannot be unpacked: ${messageOf(thrown)}`, {
    hint: 'Make room, with `flotilla image prune` for example.',
    cause: thrown,
  });
}
