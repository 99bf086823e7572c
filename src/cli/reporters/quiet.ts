import { createStyle } from '../style.ts';
import { type Board, createBoard } from './board.ts';
import { lineOf } from './line.ts';
import { failureText, noticeText } from './messages.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Warnings and failures, and nothing when all is well. */
export function createQuietReporter({ output, color }: ReporterOptions): Reporter {
  const style = createStyle(color);
  let board: Board | undefined;
  return {
    event(event) {
      switch (event.type) {
        case 'run.started':
          board = createBoard(event);
          break;
        case 'notice':
          if (event.level === 'warning') output.write(noticeText(event, style));
          break;
        case 'run.settled':
          if (event.errors.length > 0) output.write(failureText(event, style));
          break;
        default: {
          // A failure that stops the run comes with its whole message at the end; a tolerated one has only this line.
          const row = board?.apply(event);
          if (row?.state === 'warning') output.write(lineOf(row));
        }
      }
    },
    makeRoom() {},
    async close() {},
  };
}
