import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { journalPath } from '../containers/places.ts';
import type { Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { isMissing } from '../system/read-json.ts';
import { keepPast, lastLines } from './past.ts';
import { openReader } from './reader.ts';

/** There may be another of them, the older one. They are in memory. */
const largestJournal = 2 * 1024 * 1024;

/** What came before what is in the journal. */
export function olderPath(journal: string): string {
  return `${journal}.1`;
}

function newerPath(journal: string): string {
  return `${journal}.new`;
}

/** Puts a full journal aside, in the place of the one before. Who follows it reads it to its end. */
export function makeRoom(libc: Libc, journal: string): void {
  if (!isFull(journal)) return;
  let full: number;
  try {
    full = openSync(journal, 'r');
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  try {
    // Who holds it makes the room.
    if (!libc.tryFlock(full)) return;
    // Somebody may have made it since.
    if (statSync(journal, { throwIfNoEntry: false })?.ino !== fstatSync(full).ino) return;
    rmSync(olderPath(journal), { force: true });
    linkSync(journal, olderPath(journal));
    // In one step, so that there is a journal at each moment: some only write to one that is there.
    writeFileSync(newerPath(journal), '', { mode: 0o600 });
    renameSync(newerPath(journal), journal);
  } finally {
    closeSync(full);
  }
}

function isFull(journal: string): boolean {
  return (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) > largestJournal;
}

/** A journal that is about to be removed. */
export interface Closing {
  /** Removes it; its last events stay with those of projects that are gone. */
  finish(): void;
  /** Lets go of it, removed or not. */
  end(): void;
}

/** Reads the journal of a project of which nothing is left: that takes long, and is done before anybody has to wait. */
export function beginClosing(root: Root, project: string): Closing {
  const journal = journalPath(root, project);
  const reader = openReader(journal, 'beginning');
  const older = openReader(olderPath(journal), 'beginning');
  const before = older?.inode === reader?.inode ? [] : (older?.lines() ?? []);
  older?.close();
  const kept = lastLines(root, [...before, ...(reader?.lines() ?? [])]);
  return {
    finish() {
      const inode = statSync(journal, { throwIfNoEntry: false })?.ino;
      // Somebody else has removed it, or begun another one.
      if (inode !== reader?.inode) {
        if (inode !== undefined) closeJournal(root, project);
        return;
      }
      keepPast(root, kept);
      forgetJournal(root, project);
      // What came meanwhile.
      keepPast(root, lastLines(root, reader?.lines() ?? []));
    },
    end: () => reader?.close(),
  };
}

export function closeJournal(root: Root, project: string): void {
  const closing = beginClosing(root, project);
  try {
    closing.finish();
  } finally {
    closing.end();
  }
}

export function forgetJournal(root: Root, project: string): void {
  const journal = journalPath(root, project);
  for (const path of [journal, olderPath(journal), newerPath(journal)]) rmSync(path, { force: true });
}
