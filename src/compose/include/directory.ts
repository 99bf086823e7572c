import { dirname, isAbsolute } from 'node:path';
import { cleanPath, type PathBase, resolvePath } from '../paths/index.ts';
import type { SourceReader } from '../source/reader.ts';

/** Absolute directories of an included project. */
export interface IncludedDirectories {
  /** Where its own files are looked for: `.env`, what it includes and extends. */
  readonly files: string;
  /** Where the paths of its services start. */
  readonly paths: string;
}

/** By default that of the first file; a chosen one that is not there only holds for files, paths start one level up. */
export async function directoriesOf(
  chosen: string | undefined,
  firstFile: string,
  base: PathBase,
  reader: SourceReader,
): Promise<IncludedDirectories> {
  if (chosen === undefined) return { files: dirname(firstFile), paths: dirname(firstFile) };
  const files = resolvePath(chosen, base);
  const isThere = isAbsolute(chosen) || (await reader.kind(files)) === 'directory';
  return { files, paths: isThere ? files : resolvePath(levelUp(chosen), base) };
}

/** By the text: of `b/` that is `b`, and of `b/..` it is `b`, too. */
function levelUp(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}
