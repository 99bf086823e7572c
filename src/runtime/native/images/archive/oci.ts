import {
  checkDigest,
  type Descriptor,
  formatReference,
  isDigest,
  type Manifest,
  type Platform,
  parseManifest,
  parseReference,
  verified,
} from '../../../../images/index.ts';
import { largestConfig, parseConfig } from '../config.ts';
import { archiveError } from '../failure.ts';
import { chooseImage, isImage } from '../manifests.ts';
import type { Archive } from './archive.ts';
import type { ArchivedImage } from './image.ts';
import { need, readWhole } from './read.ts';

const listName = 'index.json';
const largestManifest = 4 * 1024 * 1024;

/** The images of an OCI layout (opencontainers/image-spec, image-layout.md); undefined when it is none. */
export async function ociImages(
  archive: Archive,
  platform: Platform,
): Promise<readonly ArchivedImage[] | undefined> {
  if ((await archive.find(listName)) === undefined) return undefined;
  const bytes = await readWhole(archive, listName, largestManifest);
  const list = parseManifest(bytes, 'application/vnd.oci.image.index.v1+json', archive.what);
  if (list.kind !== 'index') throw archiveError(archive.what, 'its index.json is no list');
  const images: ArchivedImage[] = [];
  for (const descriptor of list.manifests.filter(isImage))
    images.push(await ociImage(archive, descriptor, platform));
  return images;
}

async function ociImage(archive: Archive, named: Descriptor, platform: Platform): Promise<ArchivedImage> {
  let descriptor = named;
  let manifest = await readManifest(archive, descriptor);
  for (let depth = 0; manifest.kind === 'index' && depth < 3; depth += 1) {
    descriptor = await chooseHere(archive, manifest.manifests, platform);
    manifest = await readManifest(archive, descriptor);
  }
  if (manifest.kind === 'index') throw archiveError(archive.what, 'its lists of images lead to no image');
  const { config, layers } = manifest;
  if (!config.digest.startsWith('sha256:'))
    throw archiveError(
      archive.what,
      `its configuration is named by ${JSON.stringify(config.digest)}, not by SHA-256`,
    );
  const bytes = await readBlob(archive, config, largestConfig);
  const { diffIds } = parseConfig(bytes, archive.what);
  if (diffIds.length !== layers.length)
    throw archiveError(
      archive.what,
      `it has ${layers.length} layers where its configuration has ${diffIds.length}`,
    );
  return {
    id: config.digest,
    config: bytes,
    tags: tagOf(named.annotations),
    layers: await Promise.all(
      layers.map(async (layer, index) => {
        const file = await need(archive, blobName(layer.digest, archive));
        const what = `layer ${index + 1} of ${archive.what}`;
        return { what, diffId: diffIds[index] ?? '', open: () => verified(file.read(), layer, what) };
      }),
    ),
  };
}

/** Lists may name images that were not saved with them. */
async function chooseHere(
  archive: Archive,
  offered: readonly Descriptor[],
  platform: Platform,
): Promise<Descriptor> {
  const here: Descriptor[] = [];
  for (const descriptor of offered)
    if ((await archive.find(blobName(descriptor.digest, archive))) !== undefined) here.push(descriptor);
  return chooseImage(here, platform, archive.what);
}

async function readManifest(archive: Archive, descriptor: Descriptor): Promise<Manifest> {
  return parseManifest(
    await readBlob(archive, descriptor, largestManifest),
    descriptor.mediaType,
    `the manifest ${descriptor.digest} of ${archive.what}`,
  );
}

async function readBlob(archive: Archive, { digest }: Descriptor, limit: number): Promise<Uint8Array> {
  const bytes = await readWhole(archive, blobName(digest, archive), limit);
  checkDigest(bytes, digest, `${JSON.stringify(digest)} of ${archive.what}`);
  return bytes;
}

function blobName(digest: string, archive: Archive): string {
  if (!isDigest(digest)) throw archiveError(archive.what, `${JSON.stringify(digest)} is no digest`);
  return `blobs/${digest.replace(':', '/')}`;
}

/** What wrote the layout may have noted the whole name, or only a tag, which names nothing by itself. */
function tagOf(annotations: Readonly<Record<string, string>>): readonly string[] {
  const name =
    annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'] ?? '';
  if (!/[:/]/.test(name)) return [];
  try {
    const reference = parseReference(name);
    return reference.tag === undefined ? [] : [formatReference(reference)];
  } catch {
    return [];
  }
}
