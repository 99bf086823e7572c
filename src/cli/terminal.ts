import { constants } from 'node:os';
import { FlotillaError } from '../core/error.ts';
import type { TerminalSize } from '../runtime/index.ts';
import type { Io, Output, SignalName } from './io.ts';

/**
 * Runs with a raw terminal: every key goes to `run` unchanged, Ctrl+C included. The terminal's mode is put back when
 * `run` ends, however it ends. A signal that asks the process to end aborts the given signal, and the mode is put back
 * at once, because `run` may need a while. Where no terminal is read, it only runs.
 */
export async function withRawTerminal<Result>(
  io: Pick<Io, 'stdin' | 'onSignal'>,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  if (!io.stdin.isTTY) return run(ended.signal);
  const terminal = io.stdin.stream();
  const restore = (): void => {
    terminal.setRawMode?.(false);
  };
  const forget = endingSignals.map((name) =>
    io.onSignal(name, () => {
      restore();
      ended.abort(endedBy(name));
    }),
  );
  try {
    terminal.setRawMode?.(true);
    return await run(ended.signal);
  } finally {
    restore();
    // A paused terminal does not keep the process alive.
    terminal.pause();
    for (const stopListening of forget) stopListening();
  }
}

const endingSignals = ['SIGTERM', 'SIGHUP'] as const satisfies readonly SignalName[];

function endedBy(name: (typeof endingSignals)[number]): FlotillaError {
  return new FlotillaError('run.cancelled', `ended by ${name}`, { exitCode: 128 + constants.signals[name] });
}

/** Undefined where there is no terminal, or one that does not tell its size. */
export function terminalSize(output: Output): TerminalSize | undefined {
  const { columns, rows } = output;
  return columns === undefined || rows === undefined || columns === 0 || rows === 0
    ? undefined
    : { columns, rows };
}

/** Calls the listener now and whenever the terminal's size has changed, until the returned function is called. */
export function followTerminalSize(
  io: Pick<Io, 'onSignal'>,
  output: Output,
  listener: (size: TerminalSize) => void,
): () => void {
  let last: TerminalSize | undefined;
  const look = (): void => {
    const size = terminalSize(output);
    if (size === undefined || (size.columns === last?.columns && size.rows === last.rows)) return;
    last = size;
    listener(size);
  };
  // Looking opens the stream, and Node's own listener must come before ours: it is the one that asks for the new size.
  look();
  return io.onSignal('SIGWINCH', look);
}

export interface TerminalWish {
  readonly detach: boolean;
  readonly interactive: boolean;
  /** `-t`; undefined unless it was given. */
  readonly tty: boolean | undefined;
  /** `-T`; undefined unless it was given. */
  readonly noTty: boolean | undefined;
}

/** A terminal unless -T says no; docker compose leaves it away when standard output is none. */
export function wantsTerminal(wish: TerminalWish, io: Pick<Io, 'stdin' | 'stdout'>): boolean {
  if (wish.detach) return false;
  const wanted = wish.noTty === undefined ? (wish.tty ?? true) && io.stdout.isTTY : !wish.noTty;
  if (wanted && wish.interactive && !io.stdin.isTTY) {
    if (wish.noTty === undefined) return false;
    throw new FlotillaError('cli.usage', 'the input device is not a TTY', {
      hint: 'Leave -t (or --no-tty=false) away, or give the command a terminal.',
    });
  }
  return wanted;
}
