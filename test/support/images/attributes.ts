import { execFileSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { tarParser } from '../../../src/runtime/tar/parser.ts';

/** Extended attributes of a path as tar finds them, which Node cannot read; values are `latin1`. */
export function attributesOf(path: string): Readonly<Record<string, string>> {
  const options = ['--xattrs', '--xattrs-include=*', '--format=posix', '--no-recursion', '-cf', '-'];
  const archive = execFileSync('tar', [...options, '-C', dirname(path), basename(path)]);
  let found: ReadonlyMap<string, string> = new Map();
  const parser = tarParser(
    {
      entry: ({ xattrs }) => {
        found = xattrs;
      },
      content: () => {},
      entryEnd: () => {},
    },
    path,
  );
  parser.push(archive);
  parser.end();
  return Object.fromEntries(found);
}
