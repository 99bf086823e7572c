import { Readable, Writable } from 'node:stream';
import type { Io, Output } from '../../src/cli/io.ts';

export interface FakeIo {
  readonly io: Io;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export interface FakeIoOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly isTTY?: boolean;
  /** What standard output throws at each write, a reader that went away for example. */
  readonly failsWith?: Error;
}

/** An Io that keeps what was written; no signal ever comes. */
export function fakeIo(argv: readonly string[], options: FakeIoOptions = {}): FakeIo {
  const { isTTY = false } = options;
  const stdout = keepingOutput(isTTY, options.failsWith);
  const stderr = keepingOutput(isTTY);
  const io: Io = {
    argv,
    environment: options.environment ?? {},
    cwd: options.cwd ?? '/work',
    home: '/home/user',
    platform: 'linux',
    pid: 4711,
    userId: '1000',
    program: 'Node v20.19.0, linux x64',
    supervisor: ['false'],
    stdin: {
      isTTY,
      readText: async () => '',
      stream: () => Readable.from([]),
    },
    stdout: stdout.output,
    stderr: stderr.output,
    onSignal: () => () => {},
  };
  return { io, stdout: stdout.text, stderr: stderr.text };
}

function keepingOutput(
  isTTY: boolean,
  failsWith?: Error,
): { readonly output: Output; readonly text: () => string } {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    if (failsWith !== undefined) throw failsWith;
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
  };
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      write(chunk);
      done();
    },
  });
  return {
    output: {
      isTTY,
      columns: isTTY ? 80 : undefined,
      rows: isTTY ? 24 : undefined,
      write,
      stream: () => stream,
    },
    text: () => text,
  };
}
