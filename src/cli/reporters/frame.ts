import { formatBytes, formatElapsed } from '../output/quantities.ts';
import { displayWidth, padEnd, truncate } from '../output/width.ts';
import type { Style } from '../style.ts';
import type { Progress, Row, RowState } from './row.ts';

export interface FrameInput {
  readonly command: string;
  readonly rows: readonly Row[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  /** Most lines that the frame may have; the rest of the rows is summed up in the last one. */
  readonly maxLines: number;
  readonly figures: Figures;
  readonly style: Style;
}

/** The sign in front of a row, by its state. */
export type Figures = Readonly<Record<RowState, string>>;

/** The live view of a run as lines: a header that counts, and a line per resource. */
export function renderFrame(input: FrameInput): readonly string[] {
  const { rows, maxLines } = input;
  const shown = rows.length + 1 <= maxLines ? rows : mostTelling(rows, Math.max(0, maxLines - 2));
  const labelWidth = Math.max(...shown.map((row) => displayWidth(row.label)), 0);
  const textWidth = Math.max(...shown.map((row) => displayWidth(row.text)), 0);
  // What remains of a narrow terminal beside the sign, the word and the time.
  const roomForLabel = Math.max(minLabelWidth, input.columns - textWidth - 13);
  const widths = { label: Math.min(labelWidth, roomForLabel), text: textWidth };
  const hidden = rows.filter((row) => !shown.includes(row));
  return [
    header(input),
    ...shown.map((row) => rowLine(row, widths, input)),
    ...(hidden.length === 0 ? [] : [summaryLine(hidden, input)]),
  ];
}

const minLabelWidth = 20;

function header({ command, rows, style }: FrameInput): string {
  const finished = rows.filter((row) => row.state === 'done' || row.state === 'warning').length;
  const text = `[+] ${command} ${finished}/${rows.length}`;
  if (rows.some((row) => row.state === 'failed')) return style.red(text);
  return finished === rows.length ? style.green(text) : style.cyan(text);
}

/** Rows for a view that is too low for all: what failed, what goes on, what ended last; in the order of the plan. */
function mostTelling(rows: readonly Row[], count: number): readonly Row[] {
  const ranked = [...rows].sort(
    (left, right) =>
      ranks[left.state] - ranks[right.state] ||
      (left.state === 'working'
        ? (left.startedAt ?? 0) - (right.startedAt ?? 0)
        : (right.settledAt ?? 0) - (left.settledAt ?? 0)),
  );
  const chosen = new Set(ranked.slice(0, count));
  return rows.filter((row) => chosen.has(row));
}

const ranks: Readonly<Record<RowState, number>> = {
  failed: 0,
  warning: 1,
  working: 2,
  done: 3,
  stopped: 4,
  paused: 5,
  waiting: 6,
};

function rowLine(
  row: Row,
  widths: { readonly label: number; readonly text: number },
  { now, columns, figures, style }: FrameInput,
): string {
  const paint = painter(row.state, style);
  const elapsed =
    row.startedAt === undefined
      ? ''
      : formatElapsed((row.state === 'working' ? now : (row.settledAt ?? now)) - row.startedAt);
  const said = row.detail === '' && row.state === 'done' ? row.cause : row.detail;
  const tail = row.progress === undefined ? said : progressBar(row.progress);
  return clip(
    [
      { text: ` ${figures[row.state]} `, paint },
      { text: `${padEnd(truncate(row.label, widths.label), widths.label)}  ` },
      { text: padEnd(row.text, widths.text), paint },
      { text: ` ${elapsed.padStart(6)}`, paint: style.dim },
      { text: tail === '' ? '' : `  ${tail}` },
    ],
    columns,
  );
}

function painter(state: RowState, style: Style): (text: string) => string {
  switch (state) {
    case 'done':
      return style.green;
    case 'failed':
      return style.red;
    case 'warning':
      return style.yellow;
    case 'working':
      return style.cyan;
    case 'waiting':
    case 'paused':
    case 'stopped':
      return style.dim;
  }
}

/** `████████░░░░░░░░░░░░ 84.2 MB / 184 MB` */
function progressBar({ current, total }: Progress): string {
  const part = Math.min(1, Math.max(0, current / total));
  const filled = Math.round(part * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  return `${bar} ${formatBytes(Math.min(current, total))} / ${formatBytes(total)}`;
}

const barWidth = 20;

/** ` … 23 more: 12 done, 11 waiting` */
function summaryLine(hidden: readonly Row[], { columns, style }: FrameInput): string {
  const words = [...new Set(Object.values(stateWords))];
  const counts = words
    .map((word) => ({ word, count: hidden.filter((row) => stateWords[row.state] === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`);
  return clip([{ text: ` … ${hidden.length} more: ${counts.join(', ')}`, paint: style.dim }], columns);
}

const stateWords: Readonly<Record<RowState, string>> = {
  failed: 'failed',
  warning: 'with a warning',
  working: 'in progress',
  done: 'done',
  stopped: 'not done',
  paused: 'waiting',
  waiting: 'waiting',
};

interface Segment {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Joins the segments and cuts them off at the terminal's edge. */
function clip(segments: readonly Segment[], columns: number): string {
  let left = columns;
  let line = '';
  for (const { text, paint } of segments) {
    const kept = truncate(text, left);
    left -= displayWidth(kept);
    line += paint === undefined || kept === '' ? kept : paint(kept);
    if (kept !== text) break;
  }
  return line.trimEnd();
}
