import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { digestOf, familiar } from '../../../images/index.ts';
import { archiveEnd, fileHeader, folderHeader, padding } from '../../tar/write.ts';
import { parseConfig } from './config.ts';
import { lookUp } from './names.ts';
import { readBlob } from './store/find.ts';
import { changeIndex, type ImageIndex, type IndexedLayer } from './store/index-file.ts';
import type { StoreContext } from './store/layers.ts';
import { type Lease, openLease } from './store/lease.ts';
import type { Places } from './store/places.ts';
import { weave } from './unpack/weave.ts';

interface Saved {
  readonly id: string;
  readonly config: Buffer;
  /** In full. */
  readonly tags: readonly string[];
  readonly layers: readonly (IndexedLayer & { readonly diffId: string })[];
}

/**
 * An archive of images that `docker load` reads, and that is an OCI archive as well: the newer layout of `docker save`.
 * The same images give the same bytes. Fails with `image.not-found` before the first byte.
 */
export async function saveImages(
  { places, libc, locks }: StoreContext,
  references: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const lease = await openLease(places, libc, locks);
  try {
    const saved = await changeIndex(places, locks, (index) => {
      const images = chosenOf(index, places, references);
      for (const { id, layers } of images)
        for (const digest of [id, ...layers.map(({ diffId }) => diffId)]) lease.claim(digest);
      return { index, result: images };
    });
    return leased(archiveOf(saved, places), lease);
  } catch (thrown) {
    await lease.end();
    throw thrown;
  }
}

/** Nothing that is being read is removed meanwhile. */
async function* leased(chunks: AsyncIterable<Uint8Array>, lease: Lease): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    await lease.end();
  }
}

function chosenOf(index: ImageIndex, places: Places, references: readonly string[]): readonly Saved[] {
  const saved = new Map<string, Saved>();
  for (const reference of references) {
    const one = chosen(index, places, reference);
    const before = saved.get(one.id);
    saved.set(one.id, before === undefined ? one : { ...before, tags: union(before.tags, one.tags) });
  }
  return [...saved.values()];
}

/** With the tag that it was named by, or all that it has when it was named by its id. */
function chosen(index: ImageIndex, places: Places, reference: string): Saved {
  const match = lookUp(index, reference);
  const image = match === undefined ? undefined : index.images[match.id];
  const config = match === undefined ? undefined : readBlob(places, match.id);
  if (match === undefined || image === undefined || config === undefined) throw noSuchImage(reference);
  const layers = image.layers.map((diffId) => {
    const layer = index.layers[diffId];
    if (layer === undefined) throw noSuchImage(reference);
    return { ...layer, diffId };
  });
  const isTag = match.name !== undefined && image.tags.includes(match.name);
  return { id: match.id, config, tags: isTag ? [match.name] : image.tags, layers };
}

export function noSuchImage(reference: string): FlotillaError {
  return new FlotillaError('image.not-found', `there is no image ${quote(reference)} on this machine`, {
    hint: '`flotilla image ls` lists those that are.',
  });
}

async function* archiveOf(images: readonly Saved[], places: Places): AsyncGenerator<Uint8Array> {
  yield folderHeader('blobs');
  yield folderHeader('blobs/sha256');
  const manifests = images.map(manifestOf);
  const small = [...images.map(({ config }) => config), ...manifests];
  for (const bytes of small) yield* file(blobName(digestOf(bytes)), bytes);
  const layers = new Map(
    images.flatMap((image) => image.layers.map((layer) => [layer.diffId, layer] as const)),
  );
  for (const [diffId, layer] of layers) {
    yield fileHeader(blobName(diffId), layer.archiveSize);
    yield* weave(places.layer(diffId), { diffId, displaced: layer.displaced });
    yield padding(layer.archiveSize);
  }
  yield* file('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  yield* file('index.json', indexOf(images, manifests));
  yield* file('manifest.json', json(images.map(listing)));
  yield archiveEnd;
}

function* file(name: string, content: Buffer): Generator<Uint8Array> {
  yield fileHeader(name, content.length);
  yield content;
  yield padding(content.length);
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

function manifestOf({ config, layers }: Saved): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: layers.map(({ diffId, archiveSize }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: diffId,
      size: archiveSize,
    })),
  });
}

/** One entry for each tag, since the name is all that tells them apart. */
function indexOf(images: readonly Saved[], manifests: readonly Buffer[]): Buffer {
  const entries = images.flatMap(({ config, tags }, index) => {
    const manifest = manifests[index] ?? Buffer.alloc(0);
    const { os, architecture, variant } = parseConfig(config, 'the image');
    const descriptor = {
      mediaType: manifestType,
      digest: digestOf(manifest),
      size: manifest.length,
      platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    };
    return tags.length === 0
      ? [descriptor]
      : tags.map((tag) => ({ ...descriptor, annotations: namesOf(tag) }));
  });
  return json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: entries });
}

function namesOf(tag: string): Readonly<Record<string, string>> {
  const version = tag.slice(tag.lastIndexOf(':') + 1);
  return { 'io.containerd.image.name': tag, 'org.opencontainers.image.ref.name': version };
}

/** As `docker load` wants it. */
function listing({ id, tags, layers }: Saved) {
  return {
    Config: blobName(id),
    RepoTags: tags.length === 0 ? null : tags.map(familiar),
    Layers: layers.map(({ diffId }) => blobName(diffId)),
  };
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}
