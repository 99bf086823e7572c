const newline = 0x0a;
/** An unfinished line is given out at this size, so that output without line ends cannot fill the memory. */
const maxLineBytes = 1024 * 1024;

export interface LineSplitter {
  /** The lines that this piece completes, without their line feeds; bytes otherwise unchanged. */
  push(data: Uint8Array): readonly Uint8Array[];
  /** What is left without a line feed, if anything. */
  end(): Uint8Array | undefined;
}

/** Cuts a byte stream into lines wherever its pieces begin and end; characters of many bytes stay whole. */
export function createLineSplitter(): LineSplitter {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const take = (last: Uint8Array): Uint8Array => {
    const line = pending.length === 0 ? last : Buffer.concat([...pending, last]);
    pending = [];
    pendingBytes = 0;
    return line;
  };
  return {
    push(data) {
      const lines: Uint8Array[] = [];
      let start = 0;
      for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, start)) {
        lines.push(take(data.subarray(start, end)));
        start = end + 1;
      }
      if (start < data.length) {
        pending.push(data.subarray(start));
        pendingBytes += data.length - start;
      }
      if (pendingBytes >= maxLineBytes) lines.push(take(new Uint8Array()));
      return lines;
    },
    end() {
      return pendingBytes === 0 ? undefined : take(new Uint8Array());
    },
  };
}
