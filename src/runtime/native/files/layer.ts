import type { Stats } from 'node:fs';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { type LayerMark, packPath } from '../../copy/index.ts';
import type { Libc } from '../system/libc.ts';
import { capabilitiesOf } from './capabilities-of.ts';

/** What a container has in its writable layer, as the archive of a layer of an image. */
export function layerOf(libc: Libc, upper: string, container: string): AsyncIterable<Uint8Array> {
  return packPath({
    path: upper,
    name: '',
    shown: '/',
    onLeftOut: () => undefined,
    attributesOf: capabilitiesOf(libc),
    markOf: (place, found) => markOf(libc, place, found, container),
  });
}

/** Documentation/filesystems/overlayfs.rst of the kernel: "whiteouts and opaque directories", "redirect_dir", "metadata only copy up". */
function markOf(libc: Libc, place: Uint8Array, found: Stats, container: string): LayerMark | undefined {
  if (found.isCharacterDevice()) return found.rdev === 0 ? 'removed' : undefined;
  const attribute = (name: string) => libc.getxattr(place, `trusted.overlay.${name}`);
  if (found.isFile() && attribute('metacopy') !== undefined) throw halfCopied(container);
  if (!found.isDirectory()) return undefined;
  if (attribute('redirect') !== undefined) throw halfCopied(container);
  return Buffer.from(attribute('opaque') ?? []).toString() === 'y' ? 'opaque' : undefined;
}

/** Machines may be set up to leave in the layers below what a container renames, or of which it changes the owner. */
function halfCopied(container: string): FlotillaError {
  return new FlotillaError(
    'engine.capability',
    `no layer of an image can be made of what container ${quote(container)} has written: a part of it is only noted as renamed or changed`,
    {
      hint: 'Switch the parameters `redirect_dir` and `metacopy` of the kernel module `overlay` off, and make the container anew.',
    },
  );
}
