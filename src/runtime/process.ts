import type { Duplex } from 'node:stream';

export interface CommandOptions {
  /** The whole environment of the command. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Bytes for its standard input; absent: none. */
  readonly input?: string | Uint8Array;
}

export interface CommandResult {
  /** Absent when a signal ended it. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command whose standard input and output are one stream. */
export interface CommandDuplex {
  readonly stream: Duplex;
  /** Lets the process that waits for it exit nevertheless, and the other way round. */
  unref(): void;
  ref(): void;
  /** Resolves when the command has ended; never rejects. */
  readonly ended: Promise<CommandResult>;
}

/**
 * Runs a command to its end. A command that cannot be started rejects with the system's error (`code: 'ENOENT'`);
 * any exit code resolves. An abort kills it and rejects with the signal's reason.
 */
export async function runCommand(
  command: readonly [string, ...string[]],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const { execa } = await import('execa');
  const [file, ...rest] = command;
  const result = await execa(file, rest, {
    ...baseOptions(options),
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (signal?.aborted) throw signal.reason;
  return toResult(result);
}

/** Starts a command and talks to it; ending the stream closes its input, destroying the stream kills it. */
export async function openCommand(
  command: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandDuplex> {
  const { execa } = await import('execa');
  const [file, ...rest] = command;
  const child = execa(file, rest, {
    ...baseOptions(options),
    stdin: 'pipe',
    encoding: 'buffer',
    buffer: { stdout: false, stderr: true },
  });
  const stream = child.duplex();
  stream.once('close', () => child.kill());
  const ended = child.then(
    (result) => toResult(result),
    (error: unknown) => ({ stdout: '', stderr: String(error) }),
  );
  return { stream, ended, ref: () => child.ref(), unref: () => child.unref() };
}

function baseOptions({ environment, cwd }: CommandOptions) {
  return {
    env: environment,
    extendEnv: false,
    reject: false,
    stripFinalNewline: true,
    windowsHide: true,
    ...(cwd === undefined ? {} : { cwd }),
  } as const;
}

function toResult(result: {
  readonly exitCode?: number | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}): CommandResult {
  if (result.code !== undefined && result.exitCode === undefined && result.cause instanceof Error)
    throw result.cause;
  const { exitCode } = result;
  return {
    stdout: textOf(result.stdout),
    stderr: textOf(result.stderr),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return output instanceof Uint8Array ? Buffer.from(output).toString('utf8') : '';
}
