import { Duplex } from 'node:stream';
import { messageOf } from '../core/error.ts';

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

/** A running command's standard output and input as one stream that can stand where a network socket stands. */
export interface CommandStream extends Duplex {
  /** Lets this process exit although the command runs. */
  unref(): this;
  ref(): this;
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

/**
 * Starts a command and talks to it. Ending the stream closes the command's input, destroying it kills the command; when
 * the command fails, the stream fails with what it wrote to standard error. Rejects when it cannot be started.
 */
export async function openCommand(
  command: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandStream> {
  const { execa } = await import('execa');
  const [file, ...rest] = command;
  const child = execa(file, rest, {
    ...baseOptions(options),
    stdin: 'pipe',
    encoding: 'buffer',
    buffer: { stdout: false, stderr: true },
  });
  // Without a process there is nothing to talk to; the result holds the reason.
  if (child.pid === undefined) throw (await child).cause ?? new Error(`cannot start ${file}`);
  const { stdin, stdout, stderr } = child;
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    // A broken pipe is followed by the command's end, which tells more.
    write: (chunk, encoding, done) => void stdin.write(chunk, encoding, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy(error, done) {
      child.kill();
      done(error);
    },
  });
  stdin.on('error', () => undefined);
  stdout.on('data', (chunk: Uint8Array) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  const finish = (failure: string | undefined): void => {
    if (failure === undefined) stream.push(null);
    else stream.destroy(new Error(failure));
  };
  const ended = new Promise<void>((resolve) => stdout.once('close', resolve));
  void Promise.all([child, ended]).then(
    ([result]) => finish(result.exitCode === 0 ? undefined : failureOf(file, result.exitCode, result.stderr)),
    (error: unknown) => finish(messageOf(error)),
  );
  const holders = [child, stdin, stdout, stderr] as readonly { ref?(): void; unref?(): void }[];
  return Object.assign(stream, {
    ref: () => {
      for (const holder of holders) holder.ref?.();
      return stream as CommandStream;
    },
    unref: () => {
      for (const holder of holders) holder.unref?.();
      return stream as CommandStream;
    },
  }) as CommandStream;
}

function failureOf(file: string, exitCode: number | undefined, stderr: unknown): string {
  return (
    textOf(stderr).trim() ||
    `${file} ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`}`
  );
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
