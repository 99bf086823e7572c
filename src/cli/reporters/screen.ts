import { stripVTControlCharacters } from 'node:util';
import type { Output } from '../io.ts';
import { displayWidth } from '../output/width.ts';

/** A block of lines at the bottom of a terminal that is drawn over and over. */
export interface Screen {
  draw(lines: readonly string[]): void;
  /** Takes the block away; the next one is drawn from where the cursor is then. */
  clear(): void;
  /** Leaves the block where it is for good. */
  keep(): void;
}

/**
 * Every frame is one write that hides the cursor, switches line wrapping off and undoes both at its end: a process that
 * dies between two frames leaves a sane terminal, whatever killed it.
 */
export function createScreen(output: Output): Screen {
  let drawn: readonly string[] = [];
  let drawnColumns = 0;
  const columns = (): number => output.columns ?? defaultColumns;
  const toTop = (): string => {
    const lines = columns() < drawnColumns ? rewrappedLines(drawn, columns()) : drawn.length;
    return lines === 0 ? '' : `\u001b[${lines}A\r`;
  };
  const write = (text: string): void => output.write(`\u001b[?25l\u001b[?7l${text}\u001b[?7h\u001b[?25h`);
  return {
    draw(lines) {
      const unchanged = drawnColumns === columns() && drawn.length === lines.length;
      if (unchanged && drawn.every((line, index) => line === lines[index])) return;
      const body = lines.map((line) => `${line}\u001b[K\n`).join('');
      write(`${toTop()}${body}\u001b[J`);
      drawn = lines;
      drawnColumns = columns();
    },
    clear() {
      if (drawn.length > 0) write(`${toTop()}\u001b[J`);
      drawn = [];
    },
    keep() {
      drawn = [];
    },
  };
}

export const defaultColumns = 80;
export const defaultRows = 24;

/** Terminals break the lines that they hold anew when they become narrower. */
function rewrappedLines(lines: readonly string[], columns: number): number {
  const height = (line: string): number =>
    Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns));
  return lines.reduce((sum, line) => sum + height(line), 0);
}
