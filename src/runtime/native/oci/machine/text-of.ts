import { readFileSync } from 'node:fs';

/** What a small file of the kernel's holds; nothing where it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
