import {
  appendFileSync,
  closeSync,
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
import type { Health } from '../../observed.ts';
import { journalPath } from '../containers/places.ts';
import { type ContainerRecord, readRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import type { Root } from '../parts.ts';

/** One line of a project's journal. The exit script writes such lines without what the record says anyway. */
interface Entry {
  readonly action: ContainerAction;
  readonly container: ContainerId;
  readonly time: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly exitCode?: number;
  readonly health?: Health;
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
  event: { readonly action: ContainerAction; readonly health?: Health; readonly exitCode?: number },
): void {
  const entry: Entry = {
    ...event,
    container: record.id,
    name: record.name,
    labels: record.spec.labels,
    time: libc.realtime(),
  };
  const journal = journalOf(root, record);
  beginAnew(journal);
  // One write of a line to a file opened for appending is never mixed with another's.
  appendFileSync(journal, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
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

/** What is written into the journals from now on, of one project or of all. It is subscribed when this returns. */
export function followJournal(
  root: Root,
  project: ProjectName | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<EngineEvent> {
  const folder = join(root.volatile, 'projects');
  const readers = new Map<string, Reader>();
  const wanted = (file: string): boolean =>
    file.endsWith('.events') && (project === undefined || file === `${project}.events`);
  const channel = new Channel<EngineEvent>({
    onEnd: () => {
      watcher.close();
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
      const event = toEvent(root, line);
      if (event !== undefined) void channel.push(event);
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
    const reader = openReader(join(folder, file), 'end');
    if (reader !== undefined) readers.set(file, reader);
  }
  signal?.addEventListener('abort', stop, { once: true });
  return channel;
}

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

function toEvent(root: Root, line: string): EngineEvent | undefined {
  let entry: Entry;
  try {
    entry = JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
  const record = entry.name === undefined ? readRecord(root, entry.container) : undefined;
  return {
    action: entry.action,
    container: entry.container,
    name: entry.name ?? record?.name ?? '',
    labels: entry.labels ?? record?.spec.labels ?? {},
    ...(entry.exitCode === undefined ? {} : { exitCode: entry.exitCode }),
    ...(entry.health === undefined ? {} : { health: entry.health }),
    time: entry.time,
  };
}
