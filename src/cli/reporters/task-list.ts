import { figures, Listr, ListrTaskState, Spinner } from 'listr2';
import type { Figures } from './frame.ts';
import type { Row, RowState } from './row.ts';

/**
 * listr2's task list as the model of the live view. It runs nothing: the states of its tasks are set from the rows, so
 * that it can own neither signals nor exit, and its renderers (which take over stdout, the cursor and exit handlers)
 * are never made.
 */
export interface TaskList {
  /** Copies the states of the rows, which are those that it was made from. */
  sync(rows: readonly Row[]): void;
  /** The signs for the next frame; the spinner moves by one. */
  nextFigures(): Figures;
}

export function createTaskList(rows: readonly Row[]): TaskList {
  const list = new Listr(
    rows.map((row) => ({ title: row.label, task: () => {} })),
    { renderer: 'silent', registerSignalListeners: false },
  );
  const spinner = new Spinner();
  return {
    sync(latest) {
      for (const [index, task] of list.tasks.entries()) {
        const row = latest[index];
        if (row === undefined) continue;
        const state = taskStates[row.state];
        if (task.state !== state) task.state$ = state;
        const output = `${row.text} ${row.detail}`;
        if (task.output !== output) task.output$ = output;
      }
    },
    nextFigures() {
      spinner.spin();
      return { ...signs, working: spinner.fetch() };
    },
  };
}

const taskStates: Readonly<Record<RowState, ListrTaskState>> = {
  waiting: ListrTaskState.WAITING,
  working: ListrTaskState.STARTED,
  paused: ListrTaskState.PAUSED,
  done: ListrTaskState.COMPLETED,
  warning: ListrTaskState.COMPLETED,
  failed: ListrTaskState.FAILED,
  stopped: ListrTaskState.SKIPPED,
};

const signs: Omit<Figures, 'working'> = {
  waiting: '·',
  paused: '·',
  done: figures.tick,
  warning: figures.warning,
  failed: figures.cross,
  stopped: '-',
};
