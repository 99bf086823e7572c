import { statSync } from 'node:fs';

/** Reads again when a file of these is another one than it was. */
export function whenChanged<Value>(paths: readonly string[], read: () => Value): () => Value {
  let [seen, value]: readonly [string, Value | undefined] = ['', undefined];
  return () => {
    const now = paths.map(versionOf).join(' ');
    if (value === undefined || now !== seen) [seen, value] = [now, read()];
    return value;
  };
}

function versionOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.ino}:${found.mtimeNs}:${found.size}`;
}
