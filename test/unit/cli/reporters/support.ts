import type { Output } from '../../../../src/cli/io.ts';
import type { ReporterOptions } from '../../../../src/cli/reporters/index.ts';
import type { RunEvent } from '../../../../src/scheduler/index.ts';

export interface TestOutput extends Output {
  columns: number;
  rows: number;
  /** Everything that was written. */
  text(): string;
  /** The writes since the last call. */
  takeWrites(): readonly string[];
}

export function createOutput(columns = 80, rows = 24): TestOutput {
  let text = '';
  let writes: string[] = [];
  return {
    isTTY: true,
    columns,
    rows,
    write(data) {
      text += String(data);
      writes.push(String(data));
    },
    stream() {
      throw new Error('a reporter writes at once');
    },
    text: () => text,
    takeWrites() {
      const taken = writes;
      writes = [];
      return taken;
    },
  };
}

/** Reporter options with a clock that stands still until it is set, and a timer that ticks when it is told to. */
export function createOptions(output: Output) {
  const ticks = new Set<() => void>();
  let now = Date.parse('2026-01-01T00:00:00Z');
  const options: ReporterOptions = {
    output,
    color: false,
    now: () => now,
    every(_milliseconds, callback) {
      ticks.add(callback);
      return () => ticks.delete(callback);
    },
  };
  return {
    options,
    timers: () => ticks.size,
    /** Lets time pass, then draws. */
    tick(milliseconds = 100) {
      now += milliseconds;
      for (const tick of [...ticks]) tick();
    },
    now: () => now,
  };
}

type EventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'seq' | 'time'>
    : never
  : never;

/** Stamps events the way a run does. */
export function stamper(now: () => number = () => 0): (body: EventBody) => RunEvent {
  let seq = 0;
  return (body) => {
    seq += 1;
    return { ...body, seq, time: new Date(now()).toISOString() } as RunEvent;
  };
}

/** Control characters as pictures, for snapshots. */
export function visible(text: string): string {
  return text.replaceAll('\u001b', '␛').replaceAll('\r', '␍');
}

/** What a terminal shows after these bytes: enough of one to check how a block of lines is redrawn. */
export function renderTerminal(bytes: string, height: number): readonly string[] {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  for (const match of bytes.matchAll(/\u001b\[(\?\d+[hl]|(\d*)([AKJm]))|[\r\n]|[^\u001b\r\n]+/g)) {
    const [text, sequence, count, command] = match;
    if (text === '\r') column = 0;
    else if (text === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else if (command === 'A') row = Math.max(lines.length - height, 0, row - Number(count || 1));
    else if (command === 'K') lines[row] = (lines[row] ?? '').slice(0, column);
    else if (command === 'J') {
      lines[row] = (lines[row] ?? '').slice(0, column);
      lines.length = row + 1;
    } else if (sequence === undefined) {
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + text + line.slice(column + text.length);
      column += text.length;
    }
  }
  return lines;
}
