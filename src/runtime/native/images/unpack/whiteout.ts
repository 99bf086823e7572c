import type { TarEntry } from '../../../tar/header.ts';
import { unsafe } from './path.ts';

/** What the layer does with what lies below it (opencontainers/image-spec, layer.md, "Whiteouts"). */
export type Whiteout =
  | { readonly kind: 'none' }
  /** Takes away the path of this name. */
  | { readonly kind: 'hide'; readonly path: string }
  /** Takes away all that lower layers have in this folder. */
  | { readonly kind: 'opaque'; readonly folder: string }
  /** Notes of an old storage driver to itself. */
  | { readonly kind: 'ignore' };

const prefix = '.wh.';

export function whiteoutOf(path: string, entry: TarEntry, what: string): Whiteout {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (!path.includes(prefix)) return { kind: 'none' };
  const folder = slash === -1 ? '' : path.slice(0, slash);
  // Below a folder of the old driver's own, or one of its notes.
  if (path.split('/').some((part) => part.startsWith('.wh..wh.') && part !== opaque))
    return { kind: 'ignore' };
  if (folder.split('/').some((part) => part.startsWith(prefix)))
    throw unsafe(what, entry.name, 'it lies in a folder that marks something as removed');
  if (!name.startsWith(prefix)) return { kind: 'none' };
  if (name === opaque) return { kind: 'opaque', folder };
  const hidden = name.slice(prefix.length);
  if (hidden === '' || hidden === '.' || hidden === '..')
    throw unsafe(what, entry.name, 'it marks nothing as removed');
  if (entry.type !== 'file' && entry.type !== 'link')
    throw unsafe(what, entry.name, `it marks something as removed and is a ${entry.type}`);
  return { kind: 'hide', path: folder === '' ? hidden : `${folder}/${hidden}` };
}

const opaque = '.wh..wh..opq';
