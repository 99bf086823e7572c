import { FlotillaError } from '../../core/error.ts';
import { isDigest } from './reference.ts';

/** What an image runs on. */
export interface Platform {
  readonly os: string;
  /** In Go's words: `amd64`. */
  readonly architecture: string;
  /** `v7` */
  readonly variant?: string;
}

/** Points to contents by their digest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** In lists of images. */
  readonly platform?: Platform;
}

/** What a registry keeps under a name: an image or artifact, or a list of those (one per platform, say). */
export type Manifest =
  | {
      readonly kind: 'image';
      readonly artifactType?: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] };

const image = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';
const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

export const manifestTypes: readonly string[] = [index, image, dockerList, dockerImage];

/** Reads a manifest; throws `image.registry` when it is none that we know. */
export function parseManifest(bytes: Uint8Array, mediaType: string, what: string): Manifest {
  let value: Fields;
  try {
    value = fields(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw malformed(what, 'it is not JSON');
  }
  const type = typeof value['mediaType'] === 'string' ? value['mediaType'] : mediaType;
  const artifactType = value['artifactType'];
  if (type === index || type === dockerList)
    return { kind: 'index', manifests: descriptors(value['manifests'], what) };
  if (type !== image && type !== dockerImage) throw malformed(what, `its type is ${JSON.stringify(type)}`);
  return {
    kind: 'image',
    config: descriptor(value['config'], what),
    layers: descriptors(value['layers'], what),
    ...(typeof artifactType === 'string' && artifactType !== '' ? { artifactType } : {}),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function descriptors(value: unknown, what: string): readonly Descriptor[] {
  if (!Array.isArray(value)) throw malformed(what, 'it lists nothing');
  return value.map((item) => descriptor(item, what));
}

function descriptor(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size, artifactType, annotations, platform } = fields(value);
  if (typeof digest !== 'string' || !isDigest(digest)) throw malformed(what, 'a part of it has no digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw malformed(what, 'a part of it has no size');
  const texts = Object.entries(fields(annotations)).filter(([, text]) => typeof text === 'string');
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest,
    size,
    annotations: Object.fromEntries(texts) as Record<string, string>,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...platformOf(fields(platform)),
  };
}

function platformOf({ os, architecture, variant }: Fields): { readonly platform?: Platform } {
  if (typeof os !== 'string' || typeof architecture !== 'string') return {};
  const hasVariant = typeof variant === 'string' && variant !== '';
  return { platform: { os, architecture, ...(hasVariant ? { variant } : {}) } };
}

function malformed(what: string, reason: string): FlotillaError {
  return new FlotillaError('image.registry', `${what} is no image and no artifact: ${reason}`, {
    hint: 'Check that the reference is the right one.',
  });
}
