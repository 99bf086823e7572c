import type { Readable, Writable } from 'node:stream';

/**
 * The outside world of a command: everything that it would otherwise take from `process`. `processIo` is the real
 * one; tests hand in their own.
 */
export interface Io {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  /** For `~` in paths; absolute. */
  readonly home: string;
  /** `linux`, `darwin`, `win32`, … */
  readonly platform: string;
  readonly pid: number;
  /** The numeric id of the user; empty where users have none. */
  readonly userId: string;
  /** What runs us, for bug reports: `Node v20.19.0, linux x64`. */
  readonly program: string;
  /** Starts a supervisor of the native engine; a program and its first words. */
  readonly supervisor: readonly [string, ...string[]];
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Calls the listener at each such signal, instead of what the system would do, until the returned function is called. */
  onSignal(signal: SignalName, listener: () => void): () => void;
}

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGWINCH' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2';

export interface Output {
  readonly isTTY: boolean;
  /** Width in characters; absent when there is no terminal. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  /**
   * Hands the text to the system before it returns, so that nothing is lost at exit. Throws OutputClosed when nobody
   * reads any more (`flotilla config | head -1`).
   */
  write(text: string | Uint8Array): void;
  /** The same output as a Node stream, for whoever pipes into it. Made at the first call: the stream classes load slowly. */
  stream(): Writable;
}

export interface Input {
  readonly isTTY: boolean;
  /** The whole of standard input as text. */
  readText(): Promise<string>;
  /** Made at the first call; a stream that nobody asked for would keep the process alive. */
  stream(): Readable & { setRawMode?(mode: boolean): unknown };
}

/** What a shell reports for a program that SIGPIPE killed. */
export const closedOutputExitCode = 141;

/** Standard output has lost its reader; the program ends without a word, as one killed by SIGPIPE would. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';

  constructor() {
    super('nobody reads the output any more');
  }
}
