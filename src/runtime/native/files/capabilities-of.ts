import type { Libc } from '../system/libc.ts';

/** What a program may do beyond its user's rights, as an attribute for its entry in an archive. */
export function capabilitiesOf(libc: Libc): (place: Uint8Array) => ReadonlyMap<string, string> {
  return (place) => {
    const value = libc.getxattr(place, attribute);
    return value === undefined ? new Map() : new Map([[attribute, Buffer.from(value).toString('latin1')]]);
  };
}

const attribute = 'security.capability';
