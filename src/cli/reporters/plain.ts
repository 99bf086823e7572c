import type { RunEvent } from '../../scheduler/index.ts';
import { createStyle } from '../style.ts';
import { type Board, createBoard } from './board.ts';
import { lineOf } from './line.ts';
import { noticeText } from './notice.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** A line per change, in docker compose's form: ` Container shop-db-1  Started`. */
export function createPlainReporter({ output, color }: ReporterOptions): Reporter {
  const style = createStyle(color);
  let board: Board | undefined;
  return {
    event(event: RunEvent) {
      if (event.type === 'run.started') {
        board = createBoard(event);
        output.write(
          board.rows
            .filter((row) => row.text !== '')
            .map(lineOf)
            .join(''),
        );
        return;
      }
      if (event.type === 'notice') {
        output.write(noticeText(event, style));
        return;
      }
      const row = board?.apply(event);
      if (row !== undefined) output.write(lineOf(row));
    },
    makeRoom() {},
    async close() {},
  };
}
