import type { SourcePoint, SourceRange } from '../../core/diagnostic.ts';
import { stripControl } from '../../core/text.ts';

/** One file's text with what positions and code frames need. */
export class SourceText {
  /** The path as messages show it; `-` for standard input. */
  readonly file: string;
  readonly text: string;
  /** The folder of the remote project that the file belongs to: what it names must be in there. */
  readonly confinedTo: string | undefined;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string, confinedTo?: string) {
    this.file = file;
    this.text = text;
    this.confinedTo = confinedTo;
  }

  range(start: number, end: number): SourceRange {
    return { file: this.file, start: this.pointAt(start), end: this.pointAt(Math.max(start, end)) };
  }

  pointAt(offset: number): SourcePoint {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** The lines around a stretch of the text with carets below it. */
  frame(start: number, end: number): string {
    const from = this.pointAt(start);
    const to = this.pointAt(Math.max(start, end));
    const starts = this.#starts();
    const first = Math.max(1, from.line - 2);
    const last = Math.min(starts.length, from.line + 1);
    const gutter = String(last).length;
    const rows: string[] = [];
    for (let line = first; line <= last; line += 1) {
      const text = this.#line(line);
      if (line === last && line !== from.line && text.trim() === '') continue;
      const clipped = clip(text, line === from.line ? from.column : 1);
      rows.push(`${String(line).padStart(gutter)} | ${stripControl(clipped.text)}`.trimEnd());
      if (line !== from.line) continue;
      const lineEnd = to.line === from.line ? to.column : text.length + 1;
      const before = stripControl(clipped.text.slice(0, from.column - 1 - clipped.cut));
      const marked = stripControl(
        clipped.text.slice(from.column - 1 - clipped.cut, lineEnd - 1 - clipped.cut),
      );
      rows.push(
        `${' '.repeat(gutter)} | ${before.replace(/[^\t]/g, ' ')}${'^'.repeat(Math.max(1, marked.length))}`,
      );
    }
    return rows.join('\n');
  }

  #line(line: number): string {
    const starts = this.#starts();
    const text = this.text.slice(starts[line - 1] ?? 0, starts[line] ?? this.text.length);
    return text.replace(/\r?\n$/, '');
  }

  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

const widest = 120;

/** Keeps a very long line short enough to read, with the column that matters in view. */
function clip(text: string, column: number): { readonly text: string; readonly cut: number } {
  if (text.length <= widest) return { text, cut: 0 };
  const cut = Math.max(0, Math.min(column - widest / 2, text.length - widest));
  return { text: text.slice(cut, cut + widest), cut };
}
