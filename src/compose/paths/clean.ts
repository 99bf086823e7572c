import { posix } from 'node:path';

/** Joins and cleans the way Go's path package does: no trailing slash, `.` for nothing. */
export function cleanPath(path: string): string {
  if (path === '') return '.';
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

export interface PathBase {
  /** Directory that relative paths start from; itself relative when it is to be resolved later. */
  readonly directory: string;
  readonly home: string;
}

export function resolvePath(path: string, { directory, home }: PathBase): string {
  const expanded = expandHome(path, home);
  if (posix.isAbsolute(expanded)) return expanded;
  return cleanPath(`${directory}/${expanded}`);
}

export function expandHome(path: string, home: string): string {
  return path.startsWith('~') ? cleanPath(`${home}/${path.slice(1)}`) : path;
}

/** `C:\\x` and `\\\\server\\x` are left alone where a container of another machine may mean them. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}
