import type { StepId } from '../../core/ids.ts';
import type { AnnouncedStep, EventError, ResourceName, RunEvent } from '../../scheduler/index.ts';
import { formatBytes, formatElapsed } from '../output/quantities.ts';
import { createRow, type MutableRow, type Progress, type Row, replacementSteps } from './row.ts';
import { clean, firstLine } from './text.ts';
import { reachedWord, recreateWords, stepWords } from './words.ts';

/** Adds the events of one run up to the rows that a view shows. */
export interface Board {
  /** Takes an event in; returns the row that reads differently now. Mere progress in bytes changes no reading. */
  apply(event: RunEvent): Row | undefined;
  /** What stays as it is first, then in the order of the plan. */
  readonly rows: readonly Row[];
}

export function createBoard(run: Extract<RunEvent, { readonly type: 'run.started' }>): Board {
  const { rows, rowOfStep } = announcedRows(run);
  const tellsCauses = run.command === 'up';
  return {
    rows,
    apply(event) {
      if (event.type === 'run.settled') {
        for (const row of rows) if (row.open > 0 && row.state !== 'failed') row.state = 'stopped';
        return undefined;
      }
      if (!('step' in event)) return undefined;
      const known = rowOfStep.get(event.step);
      if (known === undefined) return undefined;
      const { step, row } = known;
      const before = `${row.text}\n${row.detail}`;
      switch (event.type) {
        case 'step.started':
          start(row, step, Date.parse(event.time), tellsCauses);
          break;
        case 'step.progress':
          row.progress = progressOf(event);
          row.detail = firstLine(event.text);
          if (row.progress !== undefined) return undefined;
          break;
        case 'step.settled':
          settle(row, step, event, (id) => rowOfStep.get(id)?.row.label);
          break;
      }
      return before === `${row.text}\n${row.detail}` ? undefined : row;
    },
  };
}

interface KnownStep {
  readonly step: AnnouncedStep;
  readonly row: MutableRow;
}

function announcedRows(run: Extract<RunEvent, { readonly type: 'run.started' }>): {
  readonly rows: readonly MutableRow[];
  readonly rowOfStep: ReadonlyMap<StepId, KnownStep>;
} {
  const rows = new Map<string, MutableRow>();
  const rowOfStep = new Map<StepId, KnownStep>();
  const rowOf = (resource: ResourceName): MutableRow => {
    const key = `${resource.type} ${resource.name}`;
    const row = rows.get(key) ?? createRow(resource);
    rows.set(key, row);
    return row;
  };
  for (const { type, name, state } of run.unchanged) {
    // docker compose lists the containers and images that it leaves alone, and nothing else that stays.
    if (type !== 'Container' && type !== 'Image') continue;
    const row = rowOf({ type, name });
    row.state = 'done';
    row.text = clean(state);
  }
  for (const step of run.steps) {
    const row = rowOf(step.resource);
    row.steps.push(step);
    row.open += 1;
    if (row.state === 'done') row.state = 'paused';
    rowOfStep.set(step.id, { step, row });
  }
  for (const row of rows.values()) row.replacing = replacementSteps(row).length;
  return { rows: [...rows.values()], rowOfStep };
}

function start(row: MutableRow, step: AnnouncedStep, time: number, tellsCauses: boolean): void {
  row.startedAt ??= time;
  row.state = 'working';
  row.progress = undefined;
  if (isReplacing(row, step)) {
    if (row.toldReplacement) return;
    row.toldReplacement = true;
    row.text = recreateWords.doing;
    row.detail = row.cause = clean(step.reason);
    return;
  }
  // A hook before the stop is a part of the replacement.
  if (row.toldReplacement && row.replacing > 0) return;
  row.text = stepWords(step.kind).doing;
  row.detail = '';
  if (tellsCauses && causedKinds.has(step.kind)) row.detail = row.cause = clean(step.reason);
}

/** What `up` does to a container for a reason that is nowhere else on the screen. */
const causedKinds: ReadonlySet<string> = new Set(['container.stop', 'container.signal']);

function settle(
  row: MutableRow,
  step: AnnouncedStep,
  event: Extract<RunEvent, { readonly type: 'step.settled' }>,
  labelOf: (step: StepId) => string | undefined,
): void {
  row.open -= 1;
  row.settledAt = Date.parse(event.time);
  const { progress } = row;
  row.progress = undefined;
  if (event.outcome === 'done' && isReplacing(row, step)) {
    row.replacing -= 1;
    if (row.replacing > 0) return;
    row.text = recreateWords.done;
    row.detail = '';
    row.state = row.open === 0 ? 'done' : 'paused';
    return;
  }
  if (event.outcome === 'done' && row.toldReplacement && row.replacing > 0) return;
  row.detail = '';
  switch (event.outcome) {
    case 'done':
      row.state = row.open === 0 ? 'done' : 'paused';
      row.text =
        step.kind === 'container.wait' || (step.kind === 'image.pull' && event.detail !== undefined)
          ? reachedWord(event.detail)
          : stepWords(step.kind).done;
      if (step.kind === 'image.pull' && event.detail === undefined) {
        row.detail = pullSummary(progress, event.durationMs);
      }
      break;
    case 'tolerated':
      row.state = 'warning';
      Object.assign(row, toleratedText(step, event.error));
      break;
    case 'failed':
      row.state = 'failed';
      row.text = 'Error';
      row.detail = firstLine(event.error?.message ?? '');
      break;
    case 'skipped': {
      const cause = event.because === undefined ? undefined : labelOf(event.because);
      row.state = 'stopped';
      row.text = 'Skipped';
      row.detail = cause === undefined ? '' : `because of ${cause}`;
      break;
    }
    case 'cancelled':
      row.state = 'stopped';
      row.text = 'Cancelled';
      break;
  }
}

function isReplacing(row: MutableRow, step: AnnouncedStep): boolean {
  return row.replacing > 0 && replacementSteps(row).includes(step);
}

function progressOf({
  current,
  total,
}: Extract<RunEvent, { readonly type: 'step.progress' }>): Progress | undefined {
  return current === undefined || total === undefined || total <= 0 ? undefined : { current, total };
}

/** `184 MB in 6.1s`; without a size when there was nothing to fetch. */
function pullSummary(progress: Progress | undefined, durationMs: number): string {
  const size = progress === undefined ? '' : `${formatBytes(progress.total)} `;
  return `${size}in ${formatElapsed(durationMs)}`;
}

/** Whatever still uses a network or a volume keeps it, and `down` goes on: docker compose's words for that. */
function toleratedText({ kind }: AnnouncedStep, error: EventError | undefined): Pick<Row, 'text' | 'detail'> {
  if (kind.endsWith('.remove') && error?.code === 'engine.conflict') {
    const user = / used (by .+)$/.exec(firstLine(error.message))?.[1] ?? '';
    return { text: 'Resource is still in use', detail: user };
  }
  return { text: 'Warning', detail: firstLine(error?.message ?? '') };
}
