import { posix } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

export interface CopySource {
  readonly isFolder: boolean;
  /** Only what is in the folder is meant, not the folder itself. */
  readonly isContent: boolean;
  /** Its last name. */
  readonly name: string;
}

export interface CopyDestination {
  /** Absolute. */
  readonly path: string;
  /** Absent: nothing is there yet. */
  readonly found?: 'folder' | 'file';
}

export interface CopyPlace {
  /** That the copy comes into. */
  readonly folder: string;
  /** Of the copy in it; `.` for the content of a folder that becomes part of this one. */
  readonly name: string;
}

/**
 * Where a copy goes, as `cp` decides it: into a folder that is there, else by the destination's own name. Throws
 * `run.copy` for a folder in the place of a file, and for a file in a folder that is not there.
 */
export function placeOfCopy(source: CopySource, { path, found }: CopyDestination): CopyPlace {
  if (found === 'folder') return { folder: path, name: source.isContent ? '.' : source.name };
  const clean = posix.normalize(path).replace(/(.)\/$/, '$1');
  const place = { folder: posix.dirname(clean), name: posix.basename(clean) };
  if (found === undefined) {
    if (!source.isFolder && /\/\.?$/.test(path)) {
      throw new FlotillaError('run.copy', `no such directory: ${quote(path)}`, {
        hint: 'Without the slash at its end it is the name of the copy.',
      });
    }
    return place;
  }
  if (source.isFolder) {
    throw new FlotillaError('run.copy', `cannot copy directory: ${quote(path)} is a file`);
  }
  return place;
}

/** `src/.` and `.`: the content of a folder is meant; of the root there is nothing else. */
export function meansContent(path: string): boolean {
  return /(^|\/)\.$/.test(path) || posix.normalize(path) === '/';
}
