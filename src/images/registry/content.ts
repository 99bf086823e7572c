import { createHash } from 'node:crypto';
import { FlotillaError } from '../../core/error.ts';
import { isDigest } from './reference.ts';

/** Passes bytes on and fails with `image.corrupt` when they are not what the digest stands for, or of another size. */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  { digest, size }: { readonly digest: string; readonly size?: number },
  what: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(digest.slice(0, digest.indexOf(':')));
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    if (size !== undefined && read > size)
      throw corrupt(what, `it is larger than the ${size} bytes announced`);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== undefined && read !== size) throw corrupt(what, `it ends after ${read} of ${size} bytes`);
  const found = `${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}`;
  if (found !== digest) throw corrupt(what, `its digest is ${found}`);
}

/** Reads everything into memory; more than `limit` bytes fail with `image.too-large`. */
export async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw tooLarge(what, limit);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

export function tooLarge(what: string, limit: number): FlotillaError {
  return new FlotillaError('image.too-large', `${what} is larger than ${limit} bytes`, {
    hint: 'Nothing that belongs here is so large; check that the reference is the right one.',
  });
}

/** `sha256:…` of bytes, or of the kind that another digest is. */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.slice(0, like.indexOf(':'));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Checks a whole content; `undefined` promises nothing and is always kept. */
export function checkDigest(bytes: Uint8Array, promised: string | undefined, what: string): void {
  if (promised === undefined || !isDigest(promised)) return;
  const found = digestOf(bytes, promised);
  if (found !== promised) throw corrupt(what, `${promised} was expected and its digest is ${found}`);
}

function corrupt(what: string, reason: string): FlotillaError {
  return new FlotillaError('image.corrupt', `${what} is not what was asked for: ${reason}`, {
    hint: 'The registry, or something between it and this machine, changed the contents. Nothing of it was used.',
  });
}
