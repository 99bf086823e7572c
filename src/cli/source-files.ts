import { readFile, stat } from 'node:fs/promises';
import type { SourceFiles } from '../compose/index.ts';
import type { Io } from './io.ts';

/** The real files; standard input is read once, however often `-` is named. */
export function sourceFiles(io: Io): SourceFiles {
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
      stdin ??= io.stdin.readText();
      return stdin;
    },
  };
}
