/** One entry of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'folder';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: string;
}

/** Reads an archive whose names are short enough for plain headers. */
export async function readTar(stream: AsyncIterable<Uint8Array>): Promise<readonly TarEntry[]> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  const bytes = Buffer.concat(parts);
  const entries: TarEntry[] = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const text = (offset: number, length: number): string =>
      bytes.toString('utf8', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const octal = (offset: number, length: number): number =>
      Number.parseInt(text(offset, length).trim() || '0', 8);
    const size = octal(124, 12);
    entries.push({
      name: [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/'),
      type: text(156, 1) === '5' ? 'folder' : 'file',
      mode: octal(100, 8) & 0o7777,
      uid: octal(108, 8),
      gid: octal(116, 8),
      content: bytes.toString('utf8', at + 512, at + 512 + size),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
