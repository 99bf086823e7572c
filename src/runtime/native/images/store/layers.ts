import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../../../core/clock.ts';
import { untilAborted } from '../../../../core/until-aborted.ts';
import type { Libc } from '../../system/libc.ts';
import type { Locks } from '../../system/lock.ts';
import type { UnpackTools } from '../compression.ts';
import { type LayerLimits, layerLimits } from '../unpack/limits.ts';
import { type UnpackedLayer, unpackLayer } from '../unpack/unpack.ts';
import { changeIndex, type ImageIndex, type IndexedImage } from './index-file.ts';
import { type Lease, openLease } from './lease.ts';
import { type Places, randomName } from './places.ts';

export interface StoreContext extends UnpackTools {
  readonly places: Places;
  readonly libc: Libc;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly limits?: LayerLimits;
  /** Layers that are on their way in this process, by diff id. */
  readonly arriving: Map<string, Promise<string>>;
}

/** Where a layer comes from. */
export interface LayerSource {
  /** For messages. */
  readonly what: string;
  /** Absent: it is taken for what it is. */
  readonly diffId?: string;
  /** The archive, packed or not; it is asked for only when the layer is not there yet, and always read to its end. */
  open(): AsyncIterable<Uint8Array>;
}

/** Adds one image. What it has stored is safe from being swept until `end`. */
export interface Addition {
  readonly scratch: string;
  /** Makes sure that a layer is there; resolves to its diff id. Layers may be added at the same time. */
  layer(source: LayerSource, signal?: AbortSignal): Promise<string>;
  /** Stores a configuration, whose digest has been checked. */
  blob(digest: string, bytes: Uint8Array): Promise<void>;
  /** Makes the image known; tags are taken from other images. */
  image(id: string, image: Pick<IndexedImage, 'tags' | 'digests' | 'layers'>): Promise<void>;
  end(): Promise<void>;
}

export async function openAddition(context: StoreContext): Promise<Addition> {
  const { places, libc, locks, clock } = context;
  const lease = await openLease(places, libc, locks);
  return {
    scratch: lease.scratch,
    layer: (source, signal) => addLayer(source, lease, context, signal),
    blob: (digest, bytes) =>
      changeIndex(places, locks, (index) => {
        lease.claim(digest);
        const draft = `${lease.scratch}/${randomName()}`;
        writeFileSync(draft, bytes, { mode: 0o600 });
        renameSync(draft, places.blob(digest));
        return { index, result: undefined };
      }),
    image: (id, image) =>
      changeIndex(places, locks, (index) => ({
        index: withImage(index, id, image, clock.now()),
        result: undefined,
      })),
    end: () => lease.end(),
  };
}

async function addLayer(
  source: LayerSource,
  lease: Lease,
  context: StoreContext,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { diffId } = source;
  if (diffId === undefined) return unpackInto(source, lease, context, signal);
  for (;;) {
    signal?.throwIfAborted();
    if (await isThere(diffId, lease, context)) return diffId;
    const arriving = context.arriving.get(diffId);
    if (arriving === undefined) break;
    // Another image's failure is not this one's: then it is tried again from here.
    const settled = arriving.catch(() => {});
    await (signal === undefined ? settled : untilAborted(settled, signal));
  }
  const unpacking = unpackInto(source, lease, context, signal);
  context.arriving.set(diffId, unpacking);
  return unpacking.finally(() => context.arriving.delete(diffId));
}

/** Claims it in any case, so that it is not swept in between. */
function isThere(diffId: string, lease: Lease, { places, locks }: StoreContext): Promise<boolean> {
  return changeIndex(places, locks, (index) => {
    lease.claim(diffId);
    return { index, result: index.layers[diffId] !== undefined };
  });
}

async function unpackInto(
  source: LayerSource,
  lease: Lease,
  context: StoreContext,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { places, locks } = context;
  const folder = `${lease.scratch}/${randomName()}`;
  mkdirSync(folder, { mode: 0o700 });
  const layer = await unpackWhole(source, folder, context, signal);
  await changeIndex(places, locks, (index) => {
    lease.claim(layer.diffId);
    if (index.layers[layer.diffId] !== undefined) return { index, result: undefined };
    return { index: withLayer(index, layer, moveIn(layer.diffId, folder, places)), result: undefined };
  });
  await rm(folder, { recursive: true, force: true });
  return layer.diffId;
}

/** Reads the source to its end even where the archive is over before, because its digest is known only there. */
async function unpackWhole(
  source: LayerSource,
  folder: string,
  { libc, environment, limits = layerLimits }: StoreContext,
  signal: AbortSignal | undefined,
): Promise<UnpackedLayer> {
  const { what, diffId } = source;
  const pieces = source.open()[Symbol.asyncIterator]();
  try {
    const layer = await unpackLayer(
      { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) },
      { folder, libc, what, limits, environment, ...(diffId === undefined ? {} : { diffId }) },
      signal,
    );
    while ((await pieces.next()).done !== true);
    return layer;
  } finally {
    await pieces.return?.();
  }
}

/** Returns the name of the link to its root. What is there without being in the index is left from a crash. */
function moveIn(diffId: string, folder: string, places: Places): string {
  const target = places.layer(diffId);
  if (existsSync(target)) renameSync(target, `${places.trash}/${randomName()}`);
  renameSync(folder, target);
  for (;;) {
    const name = randomName().slice(0, 7);
    try {
      symlinkSync(`../layers/${target.slice(target.lastIndexOf('/') + 1)}/root`, places.link(name));
      return name;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

function withLayer(
  index: ImageIndex,
  { diffId, size, archiveSize, isOpaque, displaced }: UnpackedLayer,
  link: string,
): ImageIndex {
  const layer = {
    link,
    size,
    archiveSize,
    ...(isOpaque ? { isOpaque } : {}),
    ...(displaced.length === 0 ? {} : { displaced }),
  };
  return { ...index, layers: { ...index.layers, [diffId]: layer } };
}

/** With that image, and its tags with no other. */
export function withImage(
  index: ImageIndex,
  id: string,
  { tags, digests, layers }: Pick<IndexedImage, 'tags' | 'digests' | 'layers'>,
  now: number,
): ImageIndex {
  const known = index.images[id];
  const others = Object.entries(index.images).filter(([other]) => other !== id);
  const untagged = others.map(([other, image]) => [
    other,
    image.tags.some((tag) => tags.includes(tag))
      ? { ...image, tags: image.tags.filter((tag) => !tags.includes(tag)) }
      : image,
  ]);
  const image: IndexedImage = {
    tags: union(known?.tags, tags),
    digests: union(known?.digests, digests),
    layers,
    taggedAt: now,
  };
  return { ...index, images: { ...Object.fromEntries(untagged), [id]: image } };
}

function union(left: readonly string[] | undefined, right: readonly string[]): readonly string[] {
  return [...new Set([...(left ?? []), ...right])];
}
