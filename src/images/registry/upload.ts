import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { mayBePlain } from './address.ts';
import type { Ask } from './ask.ts';
import { formatReference, type ImageReference } from './reference.ts';
import type { WritableRegistry } from './registry.ts';

/** Some registries move a large content to its place before they answer. */
const patienceMs = 5 * 60 * 1000;

/** The half of the protocol that writes: contents first, then the manifest that names them. */
export function uploads(
  ask: Ask,
  insecureRegistries: readonly string[],
): Pick<WritableRegistry, 'has' | 'upload' | 'store'> {
  const rights = 'pull,push';
  return {
    async has(reference, digest, signal) {
      const what = partOf(reference, digest);
      const path = `blobs/${digest}`;
      const answer = await ask(
        reference,
        { method: 'HEAD', path, what, rights, mayAnswer: [200, 404, 405, 501] },
        signal,
      );
      await answer.discard();
      return answer.status === 200;
    },
    async upload(reference, { digest, size, open }, signal) {
      const what = partOf(reference, digest);
      const begun = await ask(
        reference,
        { method: 'POST', path: 'blobs/uploads/', what, rights, mayAnswer: [202] },
        signal,
      );
      await begun.discard();
      const location = begun.headers.get('location');
      const at = (origin: string): URL => {
        const url = uploadAddress(reference, location, origin, insecureRegistries);
        url.searchParams.set('digest', digest);
        return url;
      };
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const done = await ask(
        reference,
        { method: 'PUT', at, headers, body: open, what, rights, mayAnswer: [201, 204], patienceMs },
        signal,
      );
      await done.discard();
    },
    async store(reference, { mediaType, bytes }, signal) {
      const answer = await ask(
        reference,
        {
          method: 'PUT',
          path: `manifests/${reference.tag ?? 'latest'}`,
          headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
          body: () => pieces(bytes),
          what: quote(formatReference(reference)),
          rights,
          mayAnswer: [200, 201, 202],
        },
        signal,
      );
      await answer.discard();
    },
  };
}

/** Where a content goes, which may be another host: it is sent there without the pass, and not in the clear. */
function uploadAddress(
  { registry }: ImageReference,
  location: string | null,
  origin: string,
  insecureRegistries: readonly string[],
): URL {
  if (location !== null && URL.canParse(location, `${origin}/`)) {
    const url = new URL(location, `${origin}/`);
    const isPlain = origin.startsWith('http:') && mayBePlain(url, insecureRegistries);
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isPlain)) return url;
  }
  throw new FlotillaError(
    'image.registry',
    `the registry ${quote(registry)} is not followed: it wants contents sent to ${quote(location ?? '')}`,
    { hint: 'Ask who runs the registry; nothing was sent there.' },
  );
}

function partOf(reference: ImageReference, digest: string): string {
  return `${quote(digest)} of ${quote(formatReference(reference))}`;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
