import { createHash } from 'node:crypto';

export interface LockPlace {
  /** As `process.platform` says it. */
  readonly platform: string;
  /** What tells users of one machine apart: the numeric id where there is one. */
  readonly user: string;
  /** A folder of the user's own, for systems whose locks are files. */
  readonly folder: string;
}

export interface LockAddress {
  readonly path: string;
  /** The system does not take it away with the process that listened there. */
  readonly isFile: boolean;
}

/**
 * The local socket that stands for a project on an engine. Whoever listens there holds the lock. On Linux it is in
 * the abstract name space (unix(7)) and on Windows a named pipe: both vanish with their process, so that no lock can
 * be left behind.
 */
export function lockAddress(place: LockPlace, endpoint: string, project: string): LockAddress {
  // A socket's name has at most 107 bytes, a project's name has no limit.
  const key = createHash('sha256').update(`${endpoint}\0${project}`).digest('hex').slice(0, 32);
  const name = `flotilla-${place.user}-${key}`;
  switch (place.platform) {
    case 'linux':
      return { path: `\0${name}`, isFile: false };
    case 'win32':
      return { path: `\\\\.\\pipe\\${name}`, isFile: false };
    default:
      return { path: `${place.folder}/${key}.lock`, isFile: true };
  }
}
