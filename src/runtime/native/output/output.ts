import { watch } from 'node:fs';
import type { ContainerId } from '../../../core/ids.ts';
import { parseMoment } from '../../../core/moment.ts';
import type { LogOptions, OutputChunk } from '../../driver.ts';
import { requireRecord } from '../containers/find.ts';
import { lastingPlaces } from '../containers/places.ts';
import { type ContainerRecord, findRecord } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';
import { endsLine, type LogEntry, momentOf } from './log-line.ts';
import { type LogReader, logSize, openLog } from './log-reader.ts';

/** As `Driver.logs`. */
export async function* readLogs(
  engine: Engine,
  container: ContainerId,
  options: LogOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<OutputChunk> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  const since = options.since === undefined ? undefined : parseMoment(options.since, engine.now());
  const until = options.until === undefined ? undefined : parseMoment(options.until, engine.now());
  const life = lifeOf(engine, record.id);
  const isWanted = (entry: LogEntry): boolean =>
    (since === undefined || momentOf(entry) >= since) && (until === undefined || momentOf(entry) <= until);
  const reader = openLog(lastingPlaces(engine.root, record.id).log, 0);
  const frame = framer(options.timestamps ?? false);
  try {
    // The end is looked at before the log: what was written before it is in the log by then.
    for (const entry of tailOf(pastEntries(reader, isWanted), options.tail)) yield frame(entry);
    if (!options.follow || !isRunning(life)) return;
    const run = life.run?.number ?? 0;
    for await (const entry of follow(engine, record, reader, run, signal)) {
      if (until !== undefined && momentOf(entry) > until) return;
      if (isWanted(entry)) yield frame(entry);
    }
  } finally {
    reader.close();
  }
}

/** As `Driver.attach`. */
export async function attachOutput(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<OutputChunk>> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  const { log } = lastingPlaces(engine.root, record.id);
  const life = lifeOf(engine, record.id);
  const run = (life.run?.number ?? 0) + (isRunning(life) ? 0 : 1);
  const reader = openLog(log, logSize(log));
  const frame = framer(false);
  return (async function* () {
    try {
      for await (const entry of follow(engine, record, reader, run, signal)) yield frame(entry);
    } finally {
      reader.close();
    }
  })();
}

/** A monitor that was killed does not tell of the end. */
const monitorLossMs = 1000;

/** What comes into the log until that run has ended, or the container is gone. */
async function* follow(
  engine: Engine,
  record: ContainerRecord,
  reader: LogReader,
  run: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogEntry> {
  const news = watchFolder(lastingPlaces(engine.root, record.id).folder, signal, monitorLossMs);
  try {
    for (;;) {
      const hasEnded = runHasEnded(engine, record.id, run);
      for (let entries = reader.next(); entries.length > 0; entries = reader.next()) {
        for (const entry of entries) {
          signal?.throwIfAborted();
          yield entry;
        }
      }
      if (hasEnded) return;
      await news.next();
    }
  } finally {
    news.close();
  }
}

function runHasEnded(engine: Engine, id: string, run: number): boolean {
  const life = lifeOf(engine, id);
  const current = life.run?.number ?? 0;
  if (current > run) return true;
  if (current === run) return !isRunning(life);
  return findRecord(engine.root, id) === undefined;
}

/**
 * Resolves `next` when something in the folder has changed since the last call, and every so often in case that nobody is
 * left to change it; rejects it when aborted.
 */
export function watchFolder(folder: string, signal: AbortSignal | undefined, everyMs: number) {
  let changed = false;
  let wake: (() => void) | undefined;
  const note = (): void => {
    changed = true;
    wake?.();
  };
  const watcher = watch(folder, note);
  watcher.on('error', note);
  const timer = setInterval(note, everyMs);
  signal?.addEventListener('abort', note);
  return {
    async next(): Promise<void> {
      signal?.throwIfAborted();
      if (!changed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      wake = undefined;
      changed = false;
      signal?.throwIfAborted();
    },
    close(): void {
      clearInterval(timer);
      watcher.close();
      signal?.removeEventListener('abort', note);
    },
  };
}

function* pastEntries(reader: LogReader, isWanted: (entry: LogEntry) => boolean): Generator<LogEntry> {
  for (let entries = reader.next(); entries.length > 0; entries = reader.next()) {
    for (const entry of entries) if (isWanted(entry)) yield entry;
  }
}

/** The entries of the last lines; all of them when no number is given. */
function tailOf(entries: Iterable<LogEntry>, lines: number | undefined): Iterable<LogEntry> {
  if (lines === undefined) return entries;
  const kept: LogEntry[][] = [];
  let open = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    const parts = open.get(entry.stream) ?? [];
    if (parts.length === 0) kept.push(parts);
    parts.push(entry);
    if (endsLine(entry)) open.delete(entry.stream);
    else open.set(entry.stream, parts);
    if (kept.length > lines * 2 + 16) kept.splice(0, kept.length - lines);
  }
  open = new Map();
  return lines === 0 ? [] : kept.slice(-lines).flat();
}

/** `time` only means a line's beginning: an entry that goes on with a line gets none. */
function framer(timestamps: boolean): (entry: LogEntry) => OutputChunk {
  const midLine = { stdout: false, stderr: false };
  return (entry) => {
    const { stream, data, time } = entry;
    const begins = !midLine[stream];
    midLine[stream] = !endsLine(entry);
    return timestamps && begins ? { stream, data, time } : { stream, data };
  };
}
