import { parseMoment } from '../../core/moment.ts';
import { Channel } from '../channel.ts';
import type { LogOptions, OutputChunk } from '../driver.ts';

/** Chunks that an attached reader may be behind before the container's process has to wait for it. */
const attachCapacity = 16;

/** Bytes; what is longer comes in pieces. */
const longestLine = 16 * 1024;

interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
  /** Unix nanoseconds. */
  readonly at: bigint;
}

/** What a container has said and says, over all of its runs; the log keeps it by lines as engines do. */
export class ContainerOutput {
  readonly #now: () => bigint;
  readonly #lines: LogLine[] = [];
  readonly #open = new Map<'stdout' | 'stderr', Buffer>();
  readonly #attached = new Set<Channel<OutputChunk>>();
  readonly #followers = new Set<(line: LogLine | undefined) => void>();

  constructor(now: () => bigint) {
    this.#now = now;
  }

  async write(chunk: OutputChunk): Promise<void> {
    this.#log(chunk);
    await Promise.all([...this.#attached].map((reader) => reader.push(chunk)));
  }

  text(): string {
    return Buffer.concat([...this.#lines.map(({ data }) => data), ...this.#open.values()]).toString();
  }

  endRun(): void {
    for (const [stream, begun] of this.#open) {
      if (begun.length > 0) this.#append(stream, begun);
    }
    this.#open.clear();
    for (const reader of [...this.#attached]) reader.close();
    for (const tell of [...this.#followers]) tell(undefined);
  }

  attach(signal: AbortSignal | undefined): Channel<OutputChunk> {
    const reader: Channel<OutputChunk> = new Channel({
      capacity: attachCapacity,
      signal,
      onEnd: () => this.#attached.delete(reader),
    });
    this.#attached.add(reader);
    return reader;
  }

  /** `live`: its container runs, so there is something to follow. */
  read(
    options: LogOptions,
    nowMs: number,
    live: boolean,
    signal: AbortSignal | undefined,
  ): Channel<OutputChunk> {
    const since = options.since === undefined ? undefined : parseMoment(options.since, nowMs);
    const until = options.until === undefined ? undefined : parseMoment(options.until, nowMs);
    const past = this.#lines.filter(({ at }) => since === undefined || at >= since);
    const wanted = options.tail === undefined ? past : past.slice(Math.max(0, past.length - options.tail));
    const inTime = wanted.filter(({ at }) => until === undefined || at <= until);
    const channel: Channel<OutputChunk> = new Channel({ signal, onEnd: () => this.#followers.delete(tell) });
    const push = (line: LogLine): void => {
      void channel.push(asChunk(line, options.timestamps === true));
    };
    const tell = (line: LogLine | undefined): void => {
      if (line === undefined || (until !== undefined && line.at > until)) channel.close();
      else push(line);
    };
    for (const line of inTime) push(line);
    if (options.follow && live) this.#followers.add(tell);
    else channel.close();
    return channel;
  }

  #log({ stream, data }: OutputChunk): void {
    let begun = this.#open.get(stream) ?? Buffer.alloc(0);
    let rest = Buffer.from(data);
    while (rest.length > 0) {
      const room = longestLine - begun.length;
      const end = rest.subarray(0, room).indexOf(10) + 1 || room;
      begun = Buffer.concat([begun, rest.subarray(0, end)]);
      rest = rest.subarray(end);
      if (begun.at(-1) !== 10 && begun.length < longestLine) break;
      this.#append(stream, begun);
      begun = Buffer.alloc(0);
    }
    this.#open.set(stream, begun);
  }

  #append(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    const line = { stream, data, at: this.#now() };
    this.#lines.push(line);
    for (const tell of [...this.#followers]) tell(line);
  }
}

function asChunk({ stream, data, at }: LogLine, timestamps: boolean): OutputChunk {
  return timestamps ? { stream, data, time: formatNanoseconds(at) } : { stream, data };
}

function formatNanoseconds(at: bigint): string {
  const seconds = new Date(Number(at / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${(at % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}
