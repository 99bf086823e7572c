import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  watch,
} from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { ContainerId, ProjectName } from '../../../core/ids.ts';
import { labels as labelNames } from '../../../core/labels.ts';
import { Channel } from '../../channel.ts';
import type { ContainerAction, EngineEvent } from '../../driver.ts';
import { eventWords } from '../../event-words.ts';
import type { Health } from '../../observed.ts';
import { journalPath } from '../containers/places.ts';
import { type ContainerRecord, readRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import type { Root } from '../parts.ts';
import { isMissing } from '../system/read-json.ts';

/** One line of a project's journal. The exit script writes such lines without what the record says anyway. */
interface Entry {
  readonly action: ContainerAction;
  readonly container: ContainerId;
  readonly time: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly exitCode?: number;
  readonly health?: Health;
  /** Number of the one that was sent. */
  readonly signal?: number;
  /** Of `other`: what happened, and what else is known of it. */
  readonly words?: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** Containers of no project share a journal and a supervisor, under a name that no project can have. */
export function projectOf(record: Pick<ContainerRecord, 'spec'>): string {
  return record.spec.labels[labelNames.project] ?? '.none';
}

export function journalOf(root: Root, record: Pick<ContainerRecord, 'spec'>): string {
  return journalPath(root, projectOf(record));
}

export function announce(
  { root, libc }: Pick<Engine, 'root' | 'libc'>,
  record: ContainerRecord,
  event: Pick<Entry, 'action' | 'health' | 'exitCode' | 'signal'>,
): void {
  const journal = journalOf(root, record);
  beginAnew(journal);
  append(journal, entryOf(record, event, libc.realtime()), 'a');
}

/** Tells what nobody acts on. It may come when the project is gone, and must not begin a journal that nobody would close. */
export function remark(
  { root, libc }: Pick<Engine, 'root' | 'libc'>,
  record: ContainerRecord,
  words: string,
  details: Readonly<Record<string, string>>,
): void {
  const entry = entryOf(record, { action: 'other', words, details }, libc.realtime());
  try {
    append(journalOf(root, record), entry, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function entryOf(
  { id, name, spec }: ContainerRecord,
  event: Omit<Entry, 'container' | 'time'>,
  time: string,
): Entry {
  return { ...event, container: id, name, labels: spec.labels, image: spec.image, time };
}

/** One write of a line to a file opened for appending is never mixed with another's. */
function append(journal: string, entry: Entry, flag: string | number): void {
  appendFileSync(journal, `${JSON.stringify(entry)}\n`, { mode: 0o600, flag: flag as string });
}

/** It is in memory, and nobody reads what was. Who follows it reads the old one to its end. */
const largestJournal = 4 * 1024 * 1024;

function beginAnew(journal: string): void {
  const size = statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestJournal) rmSync(journal, { force: true });
}

/** Removes the journal of a project of which nothing is left. */
export function closeJournal(root: Root, project: string): void {
  rmSync(journalPath(root, project), { force: true });
}

export interface JournalFilter {
  readonly project?: ProjectName;
  /** Include what nobody acts on. */
  readonly all?: boolean;
  /** What is in them since then, too; Unix time in nanoseconds. */
  readonly since?: bigint;
  /** When they end by themselves: Unix time in nanoseconds, and how far away that is. */
  readonly until?: { readonly time: bigint; readonly inMs: number };
}

/** What is written into the journals from now on, of one project or of all. It is subscribed when this returns. */
export function followJournal(
  root: Root,
  { project, all = false, since, until }: JournalFilter,
  signal: AbortSignal | undefined,
): AsyncIterable<EngineEvent> {
  const folder = join(root.volatile, 'projects');
  const readers = new Map<string, Reader>();
  const known = new Map<ContainerId, Known>();
  let timer: NodeJS.Timeout | undefined;
  const isWanted = ({ action, time }: EngineEvent): boolean =>
    (all || action !== 'other') &&
    (since === undefined || BigInt(time) >= since) &&
    (until === undefined || BigInt(time) <= until.time);
  const wanted = (file: string): boolean =>
    file.endsWith('.events') && (project === undefined || file === `${project}.events`);
  const channel = new Channel<EngineEvent>({
    onEnd: () => {
      watcher.close();
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      for (const reader of readers.values()) reader.close();
    },
  });
  const stop = (): void => channel.close();
  const read = (file: string): void => {
    if (!wanted(file)) return;
    let reader = readers.get(file);
    if (reader === undefined) {
      reader = openReader(join(folder, file), 'beginning');
      if (reader === undefined) return;
      readers.set(file, reader);
    }
    for (const line of reader.lines()) {
      const event = toEvent(root, line, known);
      if (event !== undefined && isWanted(event)) void channel.push(event);
    }
    // Another journal of that name: the old one was too long, or the project came back.
    if (!reader.isReplaced()) return;
    reader.close();
    readers.delete(file);
    read(file);
  };
  const watcher = watch(folder, (_, file) => {
    if (file !== null) read(file);
  });
  watcher.on('error', (error) => channel.fail(error));
  for (const file of readdirSync(folder).filter(wanted)) {
    const reader = openReader(join(folder, file), since === undefined ? 'end' : 'beginning');
    if (reader === undefined) continue;
    readers.set(file, reader);
    if (since !== undefined) read(file);
  }
  if (until !== undefined) {
    const end = (): void => {
      for (const file of readers.keys()) read(file);
      channel.close();
    };
    if (until.inMs <= 0) end();
    else if (until.inMs < longestTimerMs) timer = setTimeout(end, until.inMs);
  }
  signal?.addEventListener('abort', stop, { once: true });
  return channel;
}

/** Timers of more than about 24 days would fire at once. */
const longestTimerMs = 2 ** 31;

interface Reader {
  /** Whole lines that came since the last call. */
  lines(): readonly string[];
  /** The path leads to another file by now. */
  isReplaced(): boolean;
  close(): void;
}

function openReader(path: string, from: 'beginning' | 'end'): Reader | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  let offset = from === 'end' ? fstatSync(fd).size : 0;
  let pending = '';
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(64 * 1024);
  return {
    lines() {
      for (;;) {
        const count = readSync(fd, buffer, 0, buffer.length, offset);
        if (count === 0) break;
        offset += count;
        pending += decoder.write(buffer.subarray(0, count));
      }
      const parts = pending.split('\n');
      pending = parts.pop() ?? '';
      return parts;
    },
    isReplaced: () => {
      const now = statSync(path, { throwIfNoEntry: false });
      return now !== undefined && now.ino !== fstatSync(fd).ino;
    },
    close: () => closeSync(fd),
  };
}

type Known = Required<Pick<Entry, 'name' | 'labels'>> & Pick<Entry, 'image'>;

/** `known`: what earlier lines have said of containers, which may be gone by now. */
function toEvent(root: Root, line: string, known: Map<ContainerId, Known>): EngineEvent | undefined {
  let entry: Entry;
  try {
    entry = JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
  const { action, container, exitCode, health, signal, time, words, details } = entry;
  const { name, labels, image } = knownOf(root, entry, known);
  if (action === 'destroy') known.delete(container);
  else known.set(container, { name, labels, ...(image === undefined ? {} : { image }) });
  return {
    action,
    container,
    name,
    labels,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(health === undefined ? {} : { health }),
    words: words ?? eventWords(action, health),
    details: {
      ...(image === undefined ? {} : { image }),
      ...(exitCode === undefined ? {} : { exitCode: String(exitCode) }),
      ...(signal === undefined ? {} : { signal: String(signal) }),
      ...details,
    },
    time,
  };
}

function knownOf(root: Root, entry: Entry, known: ReadonlyMap<ContainerId, Known>): Known {
  const { container, name, labels, image } = entry;
  if (name !== undefined && labels !== undefined) {
    return { name, labels, ...(image === undefined ? {} : { image }) };
  }
  const earlier = known.get(container);
  if (earlier !== undefined) return earlier;
  const record = readRecord(root, container);
  return record === undefined
    ? { name: '', labels: {} }
    : { name: record.name, labels: record.spec.labels, image: record.spec.image };
}
