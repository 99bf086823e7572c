/** An entry of an archive that a test makes: as an honest program would write it, or not. */
export interface MadeEntry {
  readonly name: string;
  /** The flag of the header; a file unless given. */
  readonly flag?: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkName?: string;
  readonly device?: readonly [major: number, minor: number];
  /** Records of a PAX header before it; values are `latin1`. */
  readonly pax?: Readonly<Record<string, string>>;
  /** The size that the header tells; that of the content unless given. */
  readonly size?: number;
  /** The last word on the header, before its checksum. */
  readonly change?: (header: Buffer) => void;
}

/** A tar archive, with its end unless `isOpen`. Names and link names are `latin1`. */
export function makeTar(entries: readonly MadeEntry[], { isOpen = false } = {}): Buffer {
  const end = isOpen ? [] : [Buffer.alloc(1024)];
  return Buffer.concat([...entries.flatMap(entryBlocks), ...end]);
}

export const folder = (name: string, more: Partial<MadeEntry> = {}): MadeEntry => ({
  name: `${name}/`,
  flag: '5',
  mode: 0o755,
  ...more,
});
export const symlink = (name: string, linkName: string): MadeEntry => ({ name, flag: '2', linkName });
export const hardLink = (name: string, linkName: string): MadeEntry => ({ name, flag: '1', linkName });

function entryBlocks(entry: MadeEntry): readonly Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const pax = entry.pax === undefined ? [] : paxBlocks(entry.pax);
  return [...pax, headerOf(entry, entry.size ?? content.length), padded(content)];
}

function paxBlocks(records: Readonly<Record<string, string>>): readonly Buffer[] {
  const body = Buffer.concat(Object.entries(records).map(([key, value]) => record(key, value)));
  return [headerOf({ name: 'PaxHeader', flag: 'x' }, body.length), padded(body)];
}

function record(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return Buffer.from(`${length}${rest}`, 'latin1');
}

function headerOf(entry: MadeEntry, size: number): Buffer {
  const { name, flag = '0', mode = 0o644, uid = 0, gid = 0, mtime = 1_000_000_000, linkName = '' } = entry;
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'latin1');
  octal(block, 100, 8, mode);
  octal(block, 108, 8, uid);
  octal(block, 116, 8, gid);
  octal(block, 124, 12, size);
  octal(block, 136, 12, mtime);
  block.write(flag, 156, 'latin1');
  block.write(linkName, 157, 100, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  if (entry.device !== undefined) {
    octal(block, 329, 8, entry.device[0]);
    octal(block, 337, 8, entry.device[1]);
  }
  entry.change?.(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\u0000`, offset, 'latin1');
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
