import type { RunEvent } from '../../scheduler/index.ts';
import { createStyle } from '../style.ts';
import { type Board, createBoard } from './board.ts';
import { renderFrame } from './frame.ts';
import { failureText, noticeText } from './messages.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { createScreen, defaultColumns, defaultRows } from './screen.ts';
import { createTaskList, type TaskList } from './task-list.ts';

interface View {
  readonly command: string;
  readonly board: Board;
  readonly tasks: TaskList;
  readonly stopTicking: () => void;
}

const frameMilliseconds = 100;

/**
 * A line per resource that lives while the run goes on and stays when it has ended. Width and height are asked for at
 * every frame, so a resized terminal needs no listener.
 */
export function createTtyReporter({ output, color, now, every }: ReporterOptions): Reporter {
  const style = createStyle(color);
  const screen = createScreen(output);
  let view: View | undefined;

  const draw = ({ command, board, tasks }: View, maxLines: number): void => {
    tasks.sync(board.rows);
    screen.draw(
      renderFrame({
        command,
        rows: board.rows,
        now: now(),
        columns: output.columns ?? defaultColumns,
        maxLines,
        figures: tasks.nextFigures(),
        style,
      }),
    );
  };
  const drawLive = (): void => {
    // The cursor needs a line of its own below the block.
    if (view !== undefined) draw(view, (output.rows ?? defaultRows) - 1);
  };
  const finish = (): void => {
    if (view === undefined) return;
    const last = view;
    view = undefined;
    last.stopTicking();
    draw(last, Number.POSITIVE_INFINITY);
    screen.keep();
  };
  const begin = (run: Extract<RunEvent, { readonly type: 'run.started' }>): void => {
    finish();
    const board = createBoard(run);
    if (board.rows.length === 0) return;
    const tasks = createTaskList(board.rows);
    view = { command: run.command, board, tasks, stopTicking: every(frameMilliseconds, drawLive) };
    drawLive();
  };

  return {
    event(event) {
      switch (event.type) {
        case 'run.started':
          begin(event);
          break;
        case 'notice':
          screen.clear();
          output.write(noticeText(event, style));
          drawLive();
          break;
        case 'run.settled':
          view?.board.apply(event);
          finish();
          if (event.errors.length > 0) output.write(failureText(event, style));
          break;
        default:
          view?.board.apply(event);
      }
    },
    makeRoom: () => screen.clear(),
    async close() {
      finish();
    },
  };
}
