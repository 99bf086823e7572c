import type { RunEvent } from '../../scheduler/index.ts';
import { createStyle } from '../style.ts';
import { type Board, createBoard } from './board.ts';
import { lineOf } from './line.ts';
import { noticeText } from './notice.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Warnings and failures, and nothing when all is well. */
export function createQuietReporter({ output, color }: ReporterOptions): Reporter {
  const style = createStyle(color);
  let board: Board | undefined;
  return {
    event(event: RunEvent) {
      if (event.type === 'run.started') board = createBoard(event);
      if (event.type === 'notice' && event.level === 'warning') output.write(noticeText(event, style));
      const row = board?.apply(event);
      if (row?.state === 'failed' || row?.state === 'warning') output.write(lineOf(row));
    },
    makeRoom() {},
    async close() {},
  };
}
