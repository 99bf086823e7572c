/**
 * A pack file: the length of the index (4 bytes, little endian), the index as JSON (`{ chunk: [offset, length] }`), and
 * the pieces, each starting at a multiple of 8, which is how V8 wants them.
 */
export function packCode(code: readonly (readonly [chunk: string, data: Buffer])[]): Buffer {
  const index: Record<string, readonly [offset: number, length: number]> = {};
  let offset = 0;
  for (const [chunk, data] of code) {
    index[chunk] = [offset, data.length];
    offset = aligned(offset + data.length);
  }
  const header = Buffer.from(JSON.stringify(index));
  const start = aligned(4 + header.length);
  const pack = Buffer.alloc(start + offset);
  pack.writeUInt32LE(header.length);
  header.copy(pack, 4);
  for (const [chunk, data] of code) data.copy(pack, start + (index[chunk]?.[0] ?? 0));
  return pack;
}

/** Throws, or returns pieces that V8 will refuse, when the bytes are not a pack. */
export function unpackCode(pack: Buffer): ReadonlyMap<string, Buffer> {
  const headerLength = pack.readUInt32LE();
  const start = aligned(4 + headerLength);
  const index = JSON.parse(pack.toString('latin1', 4, 4 + headerLength)) as Record<string, [number, number]>;
  const pieces = new Map<string, Buffer>();
  for (const [chunk, [offset, length]] of Object.entries(index)) {
    pieces.set(chunk, pack.subarray(start + offset, start + offset + length));
  }
  return pieces;
}

function aligned(offset: number): number {
  return (offset + 7) & ~7;
}
