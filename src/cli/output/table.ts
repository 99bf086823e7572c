import { displayWidth } from './width.ts';

export interface TableOptions {
  /** Spaces between columns. */
  readonly padding: number;
  /** Narrowest column, its padding included. */
  readonly minWidth: number;
}

const dockerTable: TableOptions = { padding: 3, minWidth: 10 };
/** For `ls`, `images` and `config --variables`: docker compose prints these itself. */
export const composeTable: TableOptions = { padding: 3, minWidth: 20 };

/** A table as docker prints it: capitals first, columns as wide as their widest cell, the last one left ragged. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = dockerTable,
): string {
  return alignTabs([columns, ...rows].map((cells) => `${cells.join('\t')}\n`).join(''), options);
}

/**
 * Lines up text whose cells end in tabs. Neighbouring lines that have a cell in the same place share the width of that
 * column; what follows the last tab of a line belongs to no column.
 */
export function alignTabs(text: string, options: TableOptions = dockerTable): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths = lines.map((): number[] => []);
  const deepest = Math.max(...lines.map((cells) => cells.length));
  for (let column = 0; column < deepest - 1; column += 1) {
    for (let start = 0; start < lines.length; start += 1) {
      let end = start;
      let width = options.minWidth;
      for (let cells = lines[end]; cells !== undefined && column < cells.length - 1; cells = lines[end]) {
        width = Math.max(width, displayWidth(cells[column] ?? '') + options.padding);
        end += 1;
      }
      for (let line = start; line < end; line += 1) widths[line]?.push(width);
      start = Math.max(start, end);
    }
  }
  return lines.map((cells, line) => alignLine(cells, widths[line] ?? [])).join('\n');
}

function alignLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
    .join('');
}
