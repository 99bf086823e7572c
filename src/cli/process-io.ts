import { fstatSync, realpathSync, type Stats, statSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { isatty } from 'node:tty';
import { FlotillaError, messageOf } from '../core/error.ts';
import { quote } from '../core/text.ts';
import { closedOutputExitCode, type Input, type Io, type Output, OutputClosed } from './io.ts';

/** The Io of this process. Every part is looked up when it is first asked for, because start-up time counts. */
export function processIo(): Io {
  let cwd: string | undefined;
  return {
    argv: process.argv.slice(2),
    environment: process.env,
    get cwd() {
      cwd ??= workingDirectory();
      return cwd;
    },
    get home() {
      return process.env['HOME'] ?? homedir();
    },
    platform: process.platform,
    pid: process.pid,
    get userId() {
      return String(process.getuid?.() ?? '');
    },
    program: `Node ${process.version}, ${process.platform} ${process.arch}`,
    get supervisor() {
      return [
        process.execPath,
        join(dirname(realpathSync(process.argv[1] ?? '')), 'supervisor.cjs'),
      ] as const;
    },
    stdin: processInput(),
    stdout: processOutput(1, () => process.stdout),
    stderr: processOutput(2, () => process.stderr),
    onSignal(signal, listener) {
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
  };
}

/** By the name under which the user came here, which may lead over symbolic links: labels and hashes have this path. */
function workingDirectory(): string {
  const real = systemsDirectory();
  const shown = process.env['PWD'];
  if (shown === undefined || shown === real || !isAbsolute(shown)) return real;
  try {
    const [there, here] = [statSync(shown), statSync(real)];
    return there.ino === here.ino && there.dev === here.dev ? shown : real;
  } catch {
    return real;
  }
}

/** Whoever stands in a folder that is gone can still do what needs none. */
function systemsDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    const shown = process.env['PWD'];
    const name = shown === undefined ? '' : ` ${quote(shown)}`;
    throw new FlotillaError(
      'cli.folder',
      `cannot find out the working directory${name}: ${reasonOf(error)}`,
      {
        hint: 'Somebody has removed the folder, or its file system is gone: change into another one.',
        cause: error,
      },
    );
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist any more' : messageOf(error);
}

function processOutput(descriptor: 1 | 2, open: () => NodeJS.WriteStream): Output {
  let terminal: boolean | undefined;
  let stream: NodeJS.WriteStream | undefined;
  const opened = () => {
    if (stream === undefined) {
      stream = open();
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (isClosed(error)) process.exit(closedOutputExitCode);
        throw unwritable(error);
      });
    }
    return stream;
  };
  return {
    get isTTY() {
      terminal ??= isTerminal(descriptor);
      return terminal;
    },
    get columns() {
      return this.isTTY ? opened().columns : undefined;
    },
    get rows() {
      return this.isTTY ? opened().rows : undefined;
    },
    write: (text) => writeFully(descriptor, typeof text === 'string' ? Buffer.from(text) : text),
    stream: opened,
  };
}

function processInput(): Input {
  let terminal: boolean | undefined;
  return {
    get isTTY() {
      terminal ??= isTerminal(0);
      return terminal;
    },
    readText: () => readStream(process.stdin),
    stream: () => process.stdin,
  };
}

/** `isatty` costs the load of node:tty and node:net, so ask the file system first: pipes, files and /dev/null need no more. */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isCharacterDevice() && !isMemory(found) && isatty(descriptor);
  } catch {
    return false;
  }
}

/** Linux gives /dev/null and its like the first number of devices. */
function isMemory({ rdev }: Stats): boolean {
  return process.platform === 'linux' && rdev >> 8 === 1;
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (isClosed(error)) throw new OutputClosed();
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw unwritable(error);
      waitForReader();
    }
  }
}

/** Someone made the pipe non-blocking and it is full: give its reader a moment. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

function isClosed(error: unknown): boolean {
  return ['EPIPE', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function unwritable(error: unknown): FlotillaError {
  return new FlotillaError('cli.output', `cannot write the output: ${messageOf(error)}`, {
    hint: 'Make room, or send the output somewhere else.',
    cause: error,
  });
}

async function readStream(stream: NodeJS.ReadStream): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk as string;
  return text;
}
