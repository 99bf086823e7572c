import { createReadStream, rmSync } from 'node:fs';
import { FlotillaError } from '../../../../core/error.ts';
import { quote } from '../../../../core/text.ts';
import {
  type Content,
  digestHasNoPush,
  digestOf,
  familiar,
  formatReference,
  type ImageReference,
  parseReference,
  type WritableRegistry,
} from '../../../../images/index.ts';
import type { PushedImage, PushOptions } from '../../../driver.ts';
import { inLanes } from '../lanes.ts';
import { lookUp } from '../names.ts';
import { type LayerProgress, layerProgress } from '../pull/progress.ts';
import { readBlob } from '../store/find.ts';
import { changeIndex, type ImageIndex, type IndexedLayer, type PackedLayer } from '../store/index-file.ts';
import type { StoreContext } from '../store/layers.ts';
import { type Lease, openLease } from '../store/lease.ts';
import { type Places, randomName } from '../store/places.ts';
import { weave } from '../unpack/weave.ts';
import { packLayer } from './pack.ts';

export interface PushContext extends StoreContext {
  /** The image's own registry; mirrors are not written to. */
  readonly registryFor: (credentials: PushOptions['credentials']) => Promise<WritableRegistry>;
}

/** How many layers leave at a time. */
const lanes = 3;
/** Tries for each content, where the network is at fault. */
const mostTries = 3;
const pauseMs = 500;

/**
 * Rejects with `image.not-found` when there is no such tag here, `image.denied`, or `image.push` (retryable where the
 * network was at fault).
 */
export async function pushImage(
  context: PushContext,
  text: string,
  options: PushOptions,
  signal?: AbortSignal,
): Promise<readonly PushedImage[]> {
  signal?.throwIfAborted();
  const named = parseReference(text);
  if (named.digest !== undefined) throw digestHasNoPush(text);
  const { places, libc, locks } = context;
  const lease = await openLease(places, libc, locks);
  try {
    const chosen = await changeIndex(places, locks, (index) => {
      const images = tagsOf(index, named, options.allTags ?? false).map((tag) => imageOf(index, places, tag));
      for (const { id, layers } of images)
        for (const digest of [id, ...layers.map(({ diffId }) => diffId)]) lease.claim(digest);
      return { index, result: images };
    });
    const registry = await context.registryFor(options.credentials);
    const pushed: PushedImage[] = [];
    for (const image of chosen) pushed.push(await pushOne(image, registry, lease, context, options, signal));
    return pushed;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw told(thrown, text);
  } finally {
    await lease.end();
  }
}

interface Chosen {
  readonly reference: ImageReference;
  readonly id: string;
  readonly config: Buffer;
  readonly layers: readonly (IndexedLayer & { readonly diffId: string })[];
}

function tagsOf(index: ImageIndex, named: ImageReference, all: boolean): readonly string[] {
  if (!all) return [formatReference(named)];
  const repository = `${named.registry}/${named.repository}:`;
  const found = Object.values(index.images).flatMap(({ tags }) =>
    tags.filter((tag) => tag.startsWith(repository)),
  );
  if (found.length > 0) return found.sort();
  throw new FlotillaError(
    'image.not-found',
    `there is no image of the repository ${quote(familiar(repository.slice(0, -1)))} on this machine`,
    { hint: '`flotilla image ls` lists those that are.' },
  );
}

function imageOf(index: ImageIndex, places: Places, tag: string): Chosen {
  const match = lookUp(index, tag);
  const image = match?.name === undefined ? undefined : index.images[match.id];
  const config = match === undefined ? undefined : readBlob(places, match.id);
  const layers = image?.layers.flatMap((diffId) => {
    const layer = index.layers[diffId];
    return layer === undefined ? [] : [{ ...layer, diffId }];
  });
  if (match !== undefined && config !== undefined && layers?.length === image?.layers.length)
    return { reference: parseReference(tag), id: match.id, config, layers: layers ?? [] };
  throw new FlotillaError(
    'image.not-found',
    `there is no image with the tag ${quote(familiar(tag))} on this machine`,
    {
      hint: 'Give it that name first: `flotilla image tag IMAGE NAME`.',
    },
  );
}

async function pushOne(
  { reference, id, config, layers }: Chosen,
  registry: WritableRegistry,
  lease: Lease,
  context: PushContext,
  { onProgress }: PushOptions,
  signal: AbortSignal | undefined,
): Promise<PushedImage> {
  const progress = layerProgress(
    layers.map(({ archiveSize: size }) => ({ size })),
    onProgress,
  );
  const packed = await inLanes(
    layers.map((layer, index) => ({ layer, index })),
    lanes,
    async ({ layer, index }, abort) => {
      const own = { reference, registry, progress: progress.of(index) };
      const sent = await pushLayer(layer, own, lease, context, abort);
      progress.of(index).done();
      return sent;
    },
    signal,
  );
  const content = { digest: id, size: config.length, open: () => only(config) };
  if (!(await registry.has(reference, id, signal)))
    await send(content, { reference, registry }, context, signal);
  const manifest = manifestOf(id, config, packed);
  await registry.store(reference, { mediaType: manifestType, bytes: manifest }, signal);
  const digest = digestOf(manifest);
  await remember(id, reference, digest, context);
  return { reference: familiar(formatReference(reference)), digest, size: manifest.length };
}

interface Way {
  readonly reference: ImageReference;
  readonly registry: WritableRegistry;
}

/** A layer that the registry has is not even packed. */
async function pushLayer(
  { diffId, displaced, packed: before, archiveSize }: Chosen['layers'][number],
  way: Way & { readonly progress: LayerProgress },
  lease: Lease,
  context: PushContext,
  signal: AbortSignal,
): Promise<PackedLayer> {
  const { reference, registry, progress } = way;
  if (before !== undefined && (await registry.has(reference, before.digest, signal))) return before;
  const { places, locks } = context;
  const path = `${lease.scratch}/${randomName()}`;
  try {
    const archive = weave(places.layer(diffId), {
      diffId,
      ...(displaced === undefined ? {} : { displaced }),
    });
    const packed = await packLayer(archive, path, signal);
    await changeIndex(places, locks, (index) => ({
      index: withPacked(index, diffId, packed),
      result: undefined,
    }));
    if (await registry.has(reference, packed.digest, signal)) return packed;
    const open = () => measured(createReadStream(path), progress, archiveSize / Math.max(1, packed.size));
    await send({ ...packed, open }, way, context, signal);
    return packed;
  } finally {
    rmSync(path, { force: true });
  }
}

/** Progress is told in bytes of the archive. */
async function* measured(
  chunks: AsyncIterable<Uint8Array>,
  progress: LayerProgress,
  scale: number,
): AsyncGenerator<Uint8Array> {
  progress.restart();
  for await (const chunk of chunks) {
    yield chunk;
    progress.add(chunk.length * scale);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function send(
  content: Content,
  { reference, registry }: Way,
  { clock }: PushContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await registry.upload(reference, content, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      const isWorthwhile = thrown instanceof FlotillaError && thrown.retryable && tries < mostTries;
      if (!isWorthwhile) throw thrown;
      await clock.sleep(tries * pauseMs, signal ?? never);
    }
  }
}

const never = new AbortController().signal;

function withPacked(index: ImageIndex, diffId: string, packed: PackedLayer): ImageIndex {
  const layer = index.layers[diffId];
  return layer === undefined
    ? index
    : { ...index, layers: { ...index.layers, [diffId]: { ...layer, packed } } };
}

/** The image has a digest in that repository from now on, as after a pull. */
function remember(
  id: string,
  { registry, repository }: ImageReference,
  digest: string,
  { places, locks }: PushContext,
): Promise<void> {
  const name = formatReference({ registry, repository, digest });
  return changeIndex(places, locks, (index) => {
    const image = index.images[id];
    if (image === undefined || image.digests.includes(name)) return { index, result: undefined };
    const digests = [...image.digests, name];
    return {
      index: { ...index, images: { ...index.images, [id]: { ...image, digests } } },
      result: undefined,
    };
  });
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

function manifestOf(id: string, config: Uint8Array, layers: readonly PackedLayer[]): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: id,
      size: config.length,
    },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  };
  return Buffer.from(JSON.stringify(manifest));
}

/** What a registry does wrong is a failed push, as with other engines. */
function told(thrown: unknown, text: string): unknown {
  if (!(thrown instanceof FlotillaError)) return thrown;
  const code = thrown.code === 'image.registry' ? 'image.push' : thrown.code;
  return new FlotillaError(code, `cannot push image ${quote(text)}: ${thrown.message}`, {
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    cause: thrown,
    retryable: thrown.retryable,
  });
}
