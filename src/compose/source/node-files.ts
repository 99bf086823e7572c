import { readFileSync, statSync } from 'node:fs';
import type { SourceFiles } from '../load-options.ts';

/**
 * The files of this machine. `readStdin` serves the file name `-`; without it, that name is an error. It is called at
 * most once, however often `-` is named. Reading is synchronous underneath: Compose files are few and small, and the
 * thread pool of the asynchronous way would be a tenth of the start-up time of `flotilla config`.
 */
export function nodeFiles(readStdin?: () => Promise<string>): SourceFiles {
  let stdin: Promise<string> | undefined;
  return {
    readText: async (path) => readFileSync(path, 'utf8'),
    kind: async (path) => {
      try {
        return statSync(path).isDirectory() ? 'directory' : 'file';
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
