import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { blockSize, damaged } from '../../../tar/header.ts';
import { tarParser } from '../../../tar/parser.ts';
import { archiveError } from '../failure.ts';

/** Where the content of a file stands in an archive. */
export interface Span {
  readonly start: number;
  readonly size: number;
}

/** More than that no archive of images has. */
const mostFiles = 100_000;

/** Reads the headers of a tar archive and passes over the contents. Links lead to the file that they name. */
export async function scanTar(path: string, what: string): Promise<ReadonlyMap<string, Span>> {
  const spans = new Map<string, Span>();
  const links = new Map<string, string>();
  let position = 0;
  const parser = tarParser(
    {
      entry({ name, type, size, linkName }) {
        if (spans.size + links.size > mostFiles)
          throw archiveError(what, `it has more than ${mostFiles} files`);
        const plain = clean(name);
        spans.delete(plain);
        links.delete(plain);
        if (type === 'file') spans.set(plain, { start: position, size });
        if (type === 'link') links.set(plain, clean(linkName));
        if (type === 'symlink') links.set(plain, clean(posix.join(posix.dirname(plain), linkName)));
      },
      content: () => {},
      entryEnd: () => {},
    },
    what,
  );
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const block = Buffer.alloc(blockSize);
    while (position < size) {
      const { bytesRead } = await file.read(block, 0, blockSize, position);
      position += bytesRead;
      parser.push(block.subarray(0, bytesRead));
      position += parser.skip();
    }
    // What was passed over has to be there.
    if (position > size + blockSize) throw damaged(what, 'the archive ends in the middle of an entry');
    parser.end();
  } finally {
    await file.close();
  }
  for (const [name, target] of links) {
    const span = spans.get(links.get(target) ?? target);
    if (span !== undefined) spans.set(name, span);
  }
  return spans;
}

function clean(name: string): string {
  return posix.normalize(name).replace(/^(?:\.?\/)+/, '');
}
