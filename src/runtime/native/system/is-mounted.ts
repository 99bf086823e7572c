import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMissing } from './read-json.ts';

/** Whether another file system is mounted at a folder; a bind of the same one is not seen. */
export function isMounted(folder: string): boolean {
  try {
    return statSync(folder).dev !== statSync(dirname(folder)).dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
