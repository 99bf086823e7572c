import { posix } from 'node:path';
import type { LoadOptions, LoadResult, SourceFiles } from '../../../src/compose/index.ts';
import { loadProject } from '../../../src/compose/index.ts';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import { formatPosition } from '../../../src/core/diagnostic.ts';

/** Files by absolute path, as the loader sees them. */
export function memoryFiles(files: ReadonlyMap<string, string>, stdin = ''): SourceFiles {
  const directories = new Set<string>();
  for (const path of files.keys()) {
    for (let at = posix.dirname(path); !directories.has(at); at = posix.dirname(at)) directories.add(at);
  }
  return {
    readText: async (path) => {
      const text = files.get(path);
      if (text !== undefined) return text;
      const code = directories.has(path) ? 'EISDIR' : 'ENOENT';
      throw Object.assign(new Error(`${code}: ${path}`), { code });
    },
    kind: async (path) => (files.has(path) ? 'file' : directories.has(path) ? 'directory' : 'missing'),
    readStdin: async () => stdin,
  };
}

/** Loads from files given by their path below `/project`. */
export async function load(
  files: Readonly<Record<string, string>> | string,
  options: Partial<LoadOptions> = {},
): Promise<LoadResult> {
  const given = typeof files === 'string' ? { 'compose.yaml': files } : files;
  const absolute = Object.entries(given).map(
    ([path, text]) => [posix.resolve('/project', path), text] as const,
  );
  return loadProject({
    cwd: '/project',
    environment: {},
    home: '/home/user',
    files: memoryFiles(new Map(absolute)),
    ...options,
  });
}

/** Diagnostics the way a person reads them. */
export function printed(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(print).join('\n');
}

function print({ severity, code, message, hint, at, path, frame }: Diagnostic): string {
  const place = [formatPosition(at), path].filter(Boolean).join(' ');
  return [
    `${severity} ${code}${place === '' ? '' : ` at ${place}`}`,
    message,
    frame,
    hint === undefined ? undefined : `hint: ${hint}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n')
    .concat('\n');
}
