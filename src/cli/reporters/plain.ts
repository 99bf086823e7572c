import { createStyle } from '../style.ts';
import { type Board, createBoard } from './board.ts';
import { lineOf } from './line.ts';
import { failureText, noticeText } from './messages.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** A line per change, in docker compose's form: ` Container shop-db-1  Started`. */
export function createPlainReporter({ output, color }: ReporterOptions): Reporter {
  const style = createStyle(color);
  let board: Board | undefined;
  const write = (text: string): void => {
    if (text !== '') output.write(text);
  };
  return {
    event(event) {
      switch (event.type) {
        case 'run.started':
          board = createBoard(event);
          write(
            board.rows
              .filter((row) => row.text !== '')
              .map(lineOf)
              .join(''),
          );
          break;
        case 'notice':
          write(noticeText(event, style));
          break;
        case 'run.settled':
          write(failureText(event, style));
          break;
        default: {
          const row = board?.apply(event);
          if (row !== undefined) write(lineOf(row));
        }
      }
    },
    makeRoom() {},
    async close() {},
  };
}
