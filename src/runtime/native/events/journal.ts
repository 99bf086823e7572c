import { appendFileSync, constants, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { ContainerId, ProjectName } from '../../../core/ids.ts';
import { labels as labelNames } from '../../../core/labels.ts';
import { Channel } from '../../channel.ts';
import type { EngineEvent } from '../../driver.ts';
import { journalPath } from '../containers/places.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import type { Root } from '../parts.ts';
import { isMissing } from '../system/read-json.ts';
import { type Entry, type Known, shownOf, toEvent } from './entry.ts';
import { openPast } from './past.ts';
import { openReader, type Reader } from './reader.ts';
import { makeRoom, olderPath } from './roll.ts';

/** Containers of no project share a journal and a supervisor, under a name that no project can have. */
export function projectOf(record: { readonly spec: Pick<ContainerRecord['spec'], 'labels'> }): string {
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
  makeRoom(libc, journal);
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
  const journal = journalOf(root, record);
  try {
    makeRoom(libc, journal);
    append(journal, entry, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function entryOf(
  { id, name, spec }: ContainerRecord,
  event: Omit<Entry, 'container' | 'time'>,
  time: string,
): Entry {
  return { ...event, container: id, name, labels: shownOf(spec.labels), image: spec.image, time };
}

/** One write of a line to a file opened for appending is never mixed with another's. */
function append(journal: string, entry: Entry, flag: string | number): void {
  appendFileSync(journal, `${JSON.stringify(entry)}\n`, { mode: 0o600, flag: flag as string });
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
  const tell = (lines: readonly string[], isTold: (event: EngineEvent) => boolean = () => true): void => {
    for (const line of lines) {
      const event = toEvent(root, line, known);
      if (event !== undefined && isWanted(event) && isTold(event)) void channel.push(event);
    }
  };
  const read = (file: string): void => {
    if (!wanted(file)) return;
    let reader = readers.get(file);
    if (reader === undefined) {
      reader = openReader(join(folder, file), 'beginning');
      if (reader === undefined) return;
      readers.set(file, reader);
    }
    tell(reader.lines());
    // Another journal of that name: the old one was too long, or the project came back.
    if (!reader.isReplaced()) return;
    tell(reader.lines());
    reader.close();
    readers.delete(file);
    read(file);
  };
  const watcher = watch(folder, (_, file) => {
    if (file !== null) read(file);
  });
  watcher.on('error', (error) => channel.fail(error));
  const past = since === undefined ? undefined : openPast(root);
  const isOfThose = ({ labels }: EngineEvent) =>
    project === undefined || labels[labelNames.project] === project;
  if (past !== undefined) tell(past.lines(), isOfThose);
  for (const file of readdirSync(folder).filter(wanted)) {
    const reader = openReader(join(folder, file), since === undefined ? 'end' : 'beginning');
    if (reader === undefined) continue;
    readers.set(file, reader);
    if (since === undefined) continue;
    const older = openReader(olderPath(join(folder, file)), 'beginning');
    // It is the same when it was put aside just now.
    if (older?.inode !== reader.inode) tell(older?.lines() ?? []);
    older?.close();
    read(file);
  }
  if (past !== undefined) {
    // What went there just now, of projects whose journals were gone before they could be read.
    const isUnread = ({ labels }: EngineEvent) => !readers.has(`${projectOf({ spec: { labels } })}.events`);
    tell(past.lines(), (event) => isOfThose(event) && isUnread(event));
    past.close();
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
