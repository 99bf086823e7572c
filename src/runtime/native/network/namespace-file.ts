import { statSync, unlinkSync } from 'node:fs';
import type { Libc } from '../system/libc.ts';

/** Whether a namespace has that name still: the file alone stays behind after a reboot of part of the machine. */
export function isNamespace(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.dev === statSync('/proc/self/ns/net').dev;
}

/** Takes the name away; the namespace goes with the last process in it. What is not there is no error. */
export function forgetNamespace(libc: Pick<Libc, 'unmount'>, path: string): void {
  try {
    while (isNamespace(path)) libc.unmount(path, detach);
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The same, while the thread goes on. */
export async function forgetNamespaceAside(libc: Pick<Libc, 'unmountAside'>, path: string): Promise<void> {
  try {
    while (isNamespace(path)) await libc.unmountAside(path, detach);
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** MNT_DETACH: also while somebody has it open. */
const detach = 2;
