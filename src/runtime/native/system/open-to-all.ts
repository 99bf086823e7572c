import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';

/*
 * What containers look into is open to all of their users, whatever the umask of who types the command keeps from others:
 * with 077, a program that does not run as root could not look up a name.
 */

/** Throws as mkdirSync does. In a folder where nobody else puts something in its place meanwhile. */
export function makeOpenFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

export function writeOpenFile(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o644);
}
