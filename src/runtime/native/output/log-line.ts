/** One entry of a container's log, as conmon writes it (Kubernetes' text format of container logs). */
export interface LogEntry {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 in UTC, with nine digits after the point. */
  readonly time: string;
  /** Its bytes; with the line's end unless the line goes on. */
  readonly data: Uint8Array;
}

const space = 0x20;
const newline = 0x0a;
const partial = 0x50;

/** `TIME STREAM P|F TEXT`, without the line's end; undefined for what is no such line. */
export function parseLogLine(line: Buffer): LogEntry | undefined {
  const timeEnd = line.indexOf(space);
  const streamEnd = line.indexOf(space, timeEnd + 1);
  const tagEnd = line.indexOf(space, streamEnd + 1);
  if (timeEnd < 0 || streamEnd < 0 || tagEnd < 0) return undefined;
  const stream = line.toString('latin1', timeEnd + 1, streamEnd);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const text = line.subarray(tagEnd + 1);
  return {
    stream,
    time: line.toString('latin1', 0, timeEnd).replace('+00:00', 'Z'),
    data: line[streamEnd + 1] === partial ? text : Buffer.concat([text, lineEnd]),
  };
}

export function endsLine(entry: LogEntry): boolean {
  return entry.data.at(-1) === newline;
}

const lineEnd = Buffer.from('\n');

/** Unix time in nanoseconds. */
export function momentOf(entry: LogEntry): bigint {
  const [whole = '', fraction = ''] = entry.time.slice(0, -1).split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
