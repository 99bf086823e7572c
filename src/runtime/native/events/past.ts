import { appendFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import type { ContainerId } from '../../../core/ids.ts';
import { labels as labelNames } from '../../../core/labels.ts';
import type { Root } from '../parts.ts';
import { isMissing } from '../system/read-json.ts';
import { type Known, readEntry } from './entry.ts';
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

/** Keeps the last events of a journal that is about to go. Who appends at the same moment is not disturbed. */
export function keepPast(root: Root, journal: string): void {
  const lines = lastLines(root, journal);
  if (lines.length === 0) return;
  const { newer, older } = pastPaths(root);
  if ((statSync(newer, { throwIfNoEntry: false })?.size ?? 0) > largestPast) moveAway(newer, older);
  appendFileSync(newer, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}

/** Each with what is known of its container, of which nothing will be left to look it up. */
function lastLines(root: Root, journal: string): readonly string[] {
  const known = new Map<ContainerId, Known>();
  const entries = textOf(journal)
    .split('\n')
    .flatMap((line) => readEntry(root, line, known) ?? []);
  const lines = entries.slice(-keptEvents).map(({ labels, ...entry }) => {
    // Nobody is shown it, and it is longer than all the rest.
    const { [labelNames.definition]: _, ...shown } = labels;
    return JSON.stringify({ ...entry, labels: shown });
  });
  let size = 0;
  const fits = lines.toReversed().filter((line) => {
    size += Buffer.byteLength(line);
    return size <= largestPast;
  });
  return fits.reverse();
}

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
