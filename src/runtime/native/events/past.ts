import { appendFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import type { ContainerId } from '../../../core/ids.ts';
import type { Root } from '../parts.ts';
import { isMissing } from '../system/read-json.ts';
import { type Known, readEntry, shownOf } from './entry.ts';
import { openReader, type Reader } from './reader.ts';

/** As Docker remembers. */
const keptEvents = 256;
/** Of each of the two files, the older of which goes when the newer is full. Both are in memory. */
const largestPast = 256 * 1024;

/**
 * The last events of projects that are gone are kept together, for all of the engine, so that they take no more however many
 * projects come and go. They go with what else nobody needs, `system prune` and `doctor`, and with a reboot.
 */
function pastPaths({ volatile }: Root): { readonly newer: string; readonly older: string } {
  return { newer: `${volatile}/past.events`, older: `${volatile}/past.events.1` };
}

/** Keeps the last events of a project, of which nothing else is kept from now on. */
export function keepPast(root: Root, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const { newer, older } = pastPaths(root);
  if ((statSync(newer, { throwIfNoEntry: false })?.size ?? 0) > largestPast) moveAway(newer, older);
  appendFileSync(newer, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}

/**
 * Those of a project's events, oldest first, that are kept when it goes: each with what is known of its container, of
 * which nothing will be left to look it up. Of the others no more is parsed than that takes.
 */
export function lastLines(root: Root, events: readonly string[]): readonly string[] {
  const tellers = new Map<string, string>();
  for (const line of events.slice(0, -keptEvents)) {
    const container = containerIn.exec(line)?.[1];
    if (container !== undefined && line.includes('"labels":')) tellers.set(container, line);
  }
  const known = new Map<ContainerId, Known>();
  const entries = events.slice(-keptEvents).flatMap((line) => {
    const container = containerIn.exec(line)?.[1] ?? '';
    const teller = tellers.get(container);
    tellers.delete(container);
    if (teller !== undefined) readEntry(root, teller, known);
    return readEntry(root, line, known) ?? [];
  });
  const lines = entries.map(({ labels, ...entry }) => JSON.stringify({ ...entry, labels: shownOf(labels) }));
  let size = 0;
  const fits = lines.toReversed().filter((line) => {
    size += Buffer.byteLength(line);
    return size <= largestPast;
  });
  return fits.reverse();
}

/** Within a text of JSON its quotes would be escaped. */
const containerIn = /"container":"([^"]+)"/;

/** What has been kept so far, and with each further look what came to it. */
export function openPast(root: Root): Pick<Reader, 'lines' | 'close'> {
  const { newer, older } = pastPaths(root);
  let before = textOf(older).split('\n');
  let reader = openReader(newer, 'beginning');
  return {
    lines() {
      reader ??= openReader(newer, 'beginning');
      const lines = [...before, ...(reader?.lines() ?? [])];
      before = [];
      return lines;
    },
    close: () => reader?.close(),
  };
}

export function forgetPast(root: Root): void {
  for (const path of Object.values(pastPaths(root))) rmSync(path, { force: true });
}

/** Somebody else may do the same. */
function moveAway(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return '';
  }
}
