import type { OutputChunk } from '../driver.ts';

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
/** Longer than any time stamp with its space. */
const stampSize = 40;
const newline = 0x0a;

/**
 * Moves the time stamp with which the engine begins each message into `OutputChunk.time`. A message that goes on
 * with a line that the engine had cut gets no time, so that `time` always means a line's beginning.
 */
export async function* takeFrameTimes(frames: AsyncIterable<OutputChunk>): AsyncGenerator<OutputChunk> {
  const midLine = { stdout: false, stderr: false };
  for await (const { stream, data } of frames) {
    const { time, rest } = splitStamp(data);
    yield time === undefined || midLine[stream] ? { stream, data: rest } : { stream, data: rest, time };
    midLine[stream] = data.at(-1) !== newline;
  }
}

/** The same for a container with a terminal, whose log is not framed: one chunk for each line. */
export async function* takeLineTimes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OutputChunk> {
  let pending: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(newline); end !== -1; end = pending.indexOf(newline)) {
      yield lineChunk(pending.subarray(0, end + 1));
      pending = pending.subarray(end + 1);
    }
  }
  if (pending.length > 0) yield lineChunk(pending);
}

function lineChunk(line: Uint8Array): OutputChunk {
  const { time, rest } = splitStamp(line);
  return { stream: 'stdout', data: rest, ...(time === undefined ? {} : { time }) };
}

function splitStamp(data: Uint8Array): { readonly time?: string; readonly rest: Uint8Array } {
  const head = Buffer.from(data.subarray(0, stampSize)).toString('latin1');
  const match = stamp.exec(head);
  if (match === null) return { rest: data };
  const [whole, time = ''] = match;
  return { time, rest: data.subarray(whole.length) };
}
