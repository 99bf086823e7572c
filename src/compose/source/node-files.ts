import { readFile, stat } from 'node:fs/promises';
import type { SourceFiles } from '../load-options.ts';

/**
 * The files of this machine. `readStdin` serves the file name `-`; without it, that name is an error. It is called at
 * most once, however often `-` is named.
 */
export function nodeFiles(readStdin?: () => Promise<string>): SourceFiles {
  let stdin: Promise<string> | undefined;
  return {
    readText: (path) => readFile(path, 'utf8'),
    kind: async (path) => {
      try {
        return (await stat(path)).isDirectory() ? 'directory' : 'file';
      } catch {
        return 'missing';
      }
    },
    readStdin: () => {
      if (readStdin === undefined) return Promise.reject(new Error('there is no standard input to read'));
      stdin ??= readStdin();
      return stdin;
    },
  };
}
