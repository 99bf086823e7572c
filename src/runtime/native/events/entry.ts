import type { ContainerId } from '../../../core/ids.ts';
import { labels as labelNames } from '../../../core/labels.ts';
import type { ContainerAction, EngineEvent } from '../../driver.ts';
import { eventWords } from '../../event-words.ts';
import type { Health } from '../../observed.ts';
import { readRecord } from '../containers/record.ts';
import type { Root } from '../parts.ts';

/** One line of a project's journal. The exit script writes such lines without what the record says anyway. */
export interface Entry {
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

/** What lines without it leave to others, or to the record. */
export type Known = Required<Pick<Entry, 'name' | 'labels'>> & Pick<Entry, 'image'>;

/** Without the one that nobody is shown, and that is longer than all the rest. */
export function shownOf({
  [labelNames.definition]: _,
  ...shown
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return shown;
}

/** `known`: what earlier lines have said of containers, which may be gone by now. */
export function toEvent(root: Root, line: string, known: Map<ContainerId, Known>): EngineEvent | undefined {
  const entry = readEntry(root, line, known);
  if (entry === undefined) return undefined;
  const { action, container, name, labels, image, exitCode, health, signal, time, words, details } = entry;
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

/** With all that is known of its container; undefined for a line that was cut short. */
export function readEntry(
  root: Root,
  line: string,
  known: Map<ContainerId, Known>,
): (Entry & Known) | undefined {
  let entry: Entry;
  try {
    entry = JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
  const found = knownOf(root, entry, known);
  if (entry.action === 'destroy') known.delete(entry.container);
  else known.set(entry.container, found);
  return { ...entry, ...found };
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
