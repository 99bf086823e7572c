import type { SourceFile } from './source-file.ts';

/**
 * Groups of files that import one another, each as a round trip. Type-only imports count, because files that need one
 * another's types are one subject; dynamic imports do not, because they are the seams where loading is put off.
 */
export function findCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(files.map((file) => [file.path, targets(file)]));
  const settled = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push([...trail.slice(start), path]);
    if (start !== -1 || settled.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    settled.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

function targets(file: SourceFile): readonly string[] {
  return file.imports.flatMap(({ kind, to }) => (to.kind === 'file' && kind !== 'dynamic' ? [to.path] : []));
}
