import { FlotillaError } from '../../../../core/error.ts';

/**
 * The path of an entry below the layer's root, without a slash at its ends: `etc/passwd`, and `` for the root itself.
 * A leading slash means the layer's root, because widely used builders write it. Throws `image.unsafe` for what
 * leads elsewhere.
 */
export function layerPath(name: string, what: string): string {
  if (name.includes('\0')) throw unsafe(what, name, 'its name has a zero byte in it');
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') throw unsafe(what, name, 'its path climbs with ".."');
    if (part.length > longestPart) throw unsafe(what, name, `its name has more than ${longestPart} bytes`);
    parts.push(part);
  }
  const path = parts.join('/');
  if (path.length > longestPath) throw unsafe(what, name, `its path has more than ${longestPath} bytes`);
  return path;
}

/** Limits of Linux (limits.h), less what stands before the layer's root. */
const longestPart = 255;
const longestPath = 3900;

export function unsafe(what: string, name: string, reason: string): FlotillaError {
  const shown = JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
  return new FlotillaError('image.unsafe', `${what} is refused because of ${shown}: ${reason}`, {
    hint: 'No honest image is made like this, and nothing of it was kept. Check where it comes from.',
  });
}
