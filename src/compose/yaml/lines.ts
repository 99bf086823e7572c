export interface Line {
  readonly text: string;
  /** Offsets of the line without its newline. */
  readonly start: number;
  readonly end: number;
}

export function lineAt(text: string, offset: number): Line {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', Math.max(offset, start));
  const end = newline === -1 ? text.length : newline;
  return { text: text.slice(start, end), start, end };
}

/** The next line that is not blank. */
export function lineAfter(text: string, line: Line): Line | undefined {
  for (let end = line.end; end < text.length; ) {
    const next = lineAt(text, end + 1);
    if (next.text.trim() !== '') return next;
    end = next.end;
  }
  return undefined;
}

/** The line before that is not blank. */
export function lineBefore(text: string, line: Line): Line | undefined {
  for (let start = line.start; start > 0; ) {
    const before = lineAt(text, start - 1);
    if (before.text.trim() !== '') return before;
    start = before.start;
  }
  return undefined;
}

export function indentOf({ text }: Line): number {
  return text.length - text.trimStart().length;
}

/** Text of the user for a message, without its end when it is long. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
