import type { AnnouncedStep, ResourceName } from '../../scheduler/index.ts';
import { clean } from './text.ts';

/**
 * One resource of a run as a view shows it. All of its steps are one row, and the row is what the latest of them
 * made of it.
 */
export interface Row {
  /** `Container shop-db-1`. */
  readonly label: string;
  readonly state: RowState;
  /** `Starting`, `Healthy`, … */
  readonly text: string;
  readonly detail: string;
  /** Why it was touched, where that does not go without saying; it stays when the run is over. */
  readonly cause: string;
  readonly progress: Progress | undefined;
  /** Milliseconds since the epoch: from its first step to the end of its latest. */
  readonly startedAt: number | undefined;
  readonly settledAt: number | undefined;
}

/** `waiting`: nothing of it has begun. `paused`: it goes on once something else is ready. `stopped`: it never will. */
export type RowState = 'waiting' | 'working' | 'paused' | 'done' | 'warning' | 'failed' | 'stopped';

/** Bytes. */
export interface Progress {
  readonly current: number;
  readonly total: number;
}

export type MutableRow = { -readonly [Key in keyof Row]: Row[Key] } & {
  /** Announced steps that have not settled. */
  open: number;
  /** Steps of a replacement that have not succeeded; 0 when the resource is not replaced. */
  replacing: number;
  /** Its replacement has been told. */
  toldReplacement: boolean;
  readonly steps: AnnouncedStep[];
};

export function createRow({ type, name }: ResourceName): MutableRow {
  return {
    label: `${type} ${clean(name)}`,
    state: 'waiting',
    text: '',
    detail: '',
    cause: '',
    progress: undefined,
    startedAt: undefined,
    settledAt: undefined,
    open: 0,
    replacing: 0,
    toldReplacement: false,
    steps: [],
  };
}

/** A resource that is made and removed in one run is replaced: its steps are told as one. */
export function replacementSteps({ steps }: Pick<MutableRow, 'steps'>): readonly AnnouncedStep[] {
  const verbs = new Set(steps.map(verbOf));
  if (!verbs.has('create') || !verbs.has('remove')) return [];
  return steps.filter((step) => replacementVerbs.has(verbOf(step)));
}

const replacementVerbs = new Set(['create', 'stop', 'remove', 'rename']);

function verbOf({ kind }: AnnouncedStep): string {
  return kind.slice(kind.indexOf('.') + 1);
}
