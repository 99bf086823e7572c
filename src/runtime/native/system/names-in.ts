import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from './read-json.ts';

/** What is in a folder; nothing when it is not there. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The folders that are in a folder. */
export function foldersIn(folder: string): readonly string[] {
  return namesIn(folder).filter(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}
