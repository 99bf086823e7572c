import type { Writable } from 'node:stream';
import { stripControl } from '../../core/text.ts';
import type { OutputChunk } from '../../runtime/index.ts';
import { createLineSplitter, type LineSplitter } from './line-splitter.ts';
import { createSink, type Sink } from './sink.ts';
import { displayWidth, padEnd } from './width.ts';

export interface LogPrinterOptions {
  readonly stdout: Writable;
  /** Takes the containers' standard error: stderr for `up`, stdout again for `logs`. */
  readonly stderr: Writable;
  readonly color: boolean;
  /** Names in front of the lines. */
  readonly prefix: boolean;
  /** The time in front of each line: the chunk's own, else when it came. */
  readonly timestamps: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called before lines are written, to take a live view off the screen. */
  readonly beforeWrite?: () => void;
}

/** Prints what containers say, line by line in the order of arrival. */
export interface LogPrinter {
  /** Announces a container, so that its prefix gets its colour and all prefixes their width. */
  register(name: string): void;
  /** Resolves when the terminal takes more: whoever waits for it slows the container down, not this process's memory. */
  chunk(name: string, chunk: OutputChunk): Promise<void>;
  /** A line about a container, such as `exited with code 0`. */
  status(name: string, text: string): void;
  /** Prints what the container left in an unfinished line. */
  end(name: string): void;
  /** Resolves when everything that was printed is taken. */
  flush(): Promise<void>;
}

/**
 * Bytes of containers pass unchanged: their colours and progress bars are theirs, and docker compose passes them, too.
 * Names are cleaned.
 */
export function createLogPrinter(options: LogPrinterOptions): LogPrinter {
  const sources = new Map<string, Source>();
  const sinks = { stdout: createSink(options.stdout), stderr: createSink(options.stderr) };
  let nameWidth = 0;

  const write = (sink: Sink, pieces: readonly Uint8Array[]): Promise<void> => {
    options.beforeWrite?.();
    return sink.write(Buffer.concat(pieces));
  };
  const sourceOf = (name: string): Source => {
    const known = sources.get(name);
    if (known !== undefined) return known;
    const source = createSource(name, palette[sources.size % palette.length] ?? '');
    sources.set(name, source);
    nameWidth = Math.max(nameWidth, displayWidth(source.label));
    return source;
  };
  const prefixOf = (source: Source): Uint8Array => {
    if (!options.prefix) return noBytes;
    if (source.prefixWidth !== nameWidth) {
      const text = `${padEnd(source.label, nameWidth + 1)} | `;
      source.prefix = Buffer.from(options.color ? paint(source.color, text) : text);
      source.prefixWidth = nameWidth;
    }
    return source.prefix;
  };
  const pieces = (source: Source, lines: readonly Uint8Array[], time: string | undefined): Uint8Array[] => {
    const stamp = time === undefined ? noBytes : Buffer.from(`${time} `);
    return lines.flatMap((line) => [prefixOf(source), stamp, line, lineEnd]);
  };
  const timeOf = (chunk: OutputChunk): string | undefined =>
    options.timestamps ? (chunk.time ?? new Date(options.now()).toISOString()) : undefined;

  return {
    register(name) {
      sourceOf(name);
    },
    async chunk(name, chunk) {
      const source = sourceOf(name);
      const part = source.parts[chunk.stream];
      const time = part.time ?? timeOf(chunk);
      const [first, ...rest] = part.splitter.push(chunk.data);
      if (first === undefined) {
        part.time = time;
        return;
      }
      const later = timeOf(chunk);
      part.time = chunk.data.at(-1) === lineEnd[0] ? undefined : later;
      await write(sinks[chunk.stream], [...pieces(source, [first], time), ...pieces(source, rest, later)]);
    },
    status(name, text) {
      const source = sourceOf(name);
      const line = `${source.label} ${stripControl(text)}`;
      void write(sinks.stdout, [Buffer.from(options.color ? paint(source.color, `${line}\n`) : `${line}\n`)]);
    },
    end(name) {
      const source = sourceOf(name);
      for (const stream of ['stdout', 'stderr'] as const) {
        const part = source.parts[stream];
        const rest = part.splitter.end();
        if (rest !== undefined) void write(sinks[stream], pieces(source, [rest], part.time));
        part.time = undefined;
      }
    },
    async flush() {
      await Promise.all([sinks.stdout.drained(), sinks.stderr.drained()]);
    },
  };
}

interface Source {
  readonly label: string;
  readonly color: string;
  readonly parts: { readonly stdout: Part; readonly stderr: Part };
  /** The rendered prefix and the width that it was made for. */
  prefix: Uint8Array;
  prefixWidth: number;
}

interface Part {
  readonly splitter: LineSplitter;
  /** When the unfinished line began. */
  time: string | undefined;
}

/** Cyan, yellow, green, magenta, blue, and the same again in bright: docker compose's order. */
const palette = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1'] as const;
const noBytes = new Uint8Array();
const lineEnd = Buffer.from('\n');

function createSource(name: string, color: string): Source {
  return {
    label: stripControl(name),
    color,
    parts: { stdout: createPart(), stderr: createPart() },
    prefix: noBytes,
    prefixWidth: -1,
  };
}

function createPart(): Part {
  return { splitter: createLineSplitter(), time: undefined };
}

function paint(color: string, text: string): string {
  return `\u001b[${color}m${text}\u001b[0m`;
}
