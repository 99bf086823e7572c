import { FlotillaError } from '../../core/error.ts';
import { isImageReference } from '../../core/image-reference.ts';
import { quote } from '../../core/text.ts';

/** An image or artifact in full: what the short forms leave out is filled in. */
export interface ImageReference {
  /** Host and port as references write them: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly repository: string;
  /** Absent when there is a digest, unless the digest is what the tag was found to be. */
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

const hub = 'docker.io';

/**
 * Reads a reference as docker does: `nginx` is `docker.io/library/nginx:latest`, and a digest makes the tag beside it
 * meaningless. Throws `image.reference` when it is none.
 */
export function parseReference(text: string): ImageReference {
  if (!isImageReference(text)) throw invalid(text);
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : undefined;
  const name = splitName(tagged === undefined ? named : named.slice(0, colon));
  if (at === -1) return { ...name, tag: tagged ?? 'latest' };
  const digest = text.slice(at + 1);
  if (!isDigest(digest)) {
    throw new FlotillaError('image.reference', `${quote(text)} has a digest of an unknown kind`, {
      hint: 'A digest is sha256: and 64 hexadecimal digits, or sha512: and 128.',
    });
  }
  return { ...name, digest };
}

/** The full spelling: `docker.io/library/nginx:latest@sha256:…`. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  const version = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return `${registry}/${repository}${version}`;
}

/** `docker.io/library/nginx:1` as docker writes it: `nginx:1`. */
export function familiar(full: string): string {
  const official = 'docker.io/library/';
  if (full.startsWith(official)) return full.slice(official.length);
  // A repository of the hub with one part only would be taken for an official one.
  return full.startsWith('docker.io/') ? full.slice('docker.io/'.length) : full;
}

/** Whether contents can be checked against it. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/** The first part is a host when it looks like one; names without a host are Docker Hub's. */
function splitName(name: string): Pick<ImageReference, 'registry' | 'repository'> {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const registry = !isHost || first === `index.${hub}` ? hub : first;
  const path = isHost ? name.slice(slash + 1) : name;
  return { registry, repository: registry === hub && !path.includes('/') ? `library/${path}` : path };
}

function invalid(text: string): FlotillaError {
  const lower = text.toLowerCase();
  return new FlotillaError('image.reference', `invalid reference format: ${quote(text)}`, {
    hint:
      lower !== text && isImageReference(lower)
        ? 'The name of a repository is in lower case.'
        : 'It is [HOST[:PORT]/]NAME[:TAG][@DIGEST].',
  });
}
