import { blockSize } from './header.ts';

/** The header of a file that anybody may read, from the beginning of time. Its name has at most 100 bytes. */
export function fileHeader(name: string, size: number): Buffer {
  return headerOf(name, '0', 0o644, size);
}

export function folderHeader(name: string): Buffer {
  return headerOf(`${name}/`, '5', 0o755, 0);
}

/** What follows content of that size. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

/** Two empty blocks. */
export const archiveEnd: Uint8Array = new Uint8Array(2 * blockSize);

function headerOf(name: string, flag: string, mode: number, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  if (Buffer.byteLength(name) > 100) throw new Error(`bug in Flotilla: ${JSON.stringify(name)} is too long`);
  block.write(name, 0);
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeSize(block, size);
  writeOctal(block, 136, 12, 0);
  block.write(`        ${flag}`, 148);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

function writeOctal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\u0000`, offset);
}

/** Sizes that have no room for their octal digits are written as a binary number, as GNU tar does. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    writeOctal(block, 124, 12, size);
    return;
  }
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}
