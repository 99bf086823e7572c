import { FlotillaError } from '../../../core/error.ts';
import { isImageReference } from '../../../core/image-reference.ts';
import { quote } from '../../../core/text.ts';
import { formatReference, type ImageReference, parseReference } from '../../../images/index.ts';
import type { ImageIndex } from './store/index-file.ts';

/** The repository of a full name with a tag or a digest. */
export function repositoryOf(full: string): string {
  const at = full.indexOf('@');
  return at === -1 ? full.slice(0, full.lastIndexOf(':')) : full.slice(0, at);
}

/** How a reference found an image: what it names decides what removing it takes away. */
export interface Match {
  readonly id: string;
  /** The full tag or digest reference; absent when it was the id. */
  readonly name?: string;
}

/**
 * Finds an image as docker does: by its whole id, else by tag or by digest, else by the beginning of its id. Rejects
 * with `engine.request` when several ids begin so.
 */
export function lookUp(index: ImageIndex, reference: string): Match | undefined {
  const whole = /^(?:sha256:)?([0-9a-f]{64})$/.exec(reference)?.[1];
  if (whole !== undefined && index.images[`sha256:${whole}`] !== undefined) return { id: `sha256:${whole}` };
  const named = parsed(reference);
  if (named !== undefined) {
    const name = formatReference(named);
    const kind = named.digest === undefined ? 'tags' : 'digests';
    for (const [id, image] of Object.entries(index.images))
      if (image[kind].includes(name)) return { id, name };
  }
  return byPrefix(index, reference);
}

function byPrefix(index: ImageIndex, reference: string): Match | undefined {
  const prefix = /^(?:sha256:)?([0-9a-f]{1,63})$/.exec(reference)?.[1];
  if (prefix === undefined) return undefined;
  const found = Object.keys(index.images).filter((id) => id.startsWith(`sha256:${prefix}`));
  if (found.length > 1) {
    throw new FlotillaError(
      'engine.request',
      `${quote(reference)} is the beginning of ${found.length} image ids`,
      {
        hint: 'Give more digits of the id.',
      },
    );
  }
  return found[0] === undefined ? undefined : { id: found[0] };
}

/** Undefined for what can name no image. */
function parsed(reference: string): ImageReference | undefined {
  if (!isImageReference(reference)) return undefined;
  try {
    return parseReference(reference);
  } catch {
    return undefined;
  }
}
