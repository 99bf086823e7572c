import { close, closeSync, constants, openSync, read, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FlotillaError } from '../../../core/error.ts';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { InputSession, OutputChunk, TerminalSize } from '../../driver.ts';
import { requireRecord } from '../containers/find.ts';
import { holdContainer } from '../containers/lock.ts';
import { volatilePlaces } from '../containers/places.ts';
import type { ContainerRecord } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import { prepareStart } from '../containers/start.ts';
import type { Engine } from '../engine.ts';

/** sys/socket.h, sys/un.h */
const unix = 1;
const packets = 5;
const closeOnExec = 0o2000000;
const shutWrite = 1;
const shutBoth = 2;

/** conmon reads no more of a packet at once, and drops the rest. */
const longestPacket = 8 * 1024;
const readBuffer = 64 * 1024;

/** The first byte of what conmon sends. */
const streams: Readonly<Record<number, OutputChunk['stream']>> = { 2: 'stdout', 3: 'stderr' };

/** As `Driver.attachInput`: by the socket of the container's conmon, which is there once its process is prepared. */
export async function attachInput(
  engine: Engine,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<InputSession> {
  signal?.throwIfAborted();
  const { id } = requireRecord(engine.root, container);
  const record = await holdContainer(engine, id, async () => {
    const held = requireRecord(engine.root, id);
    if (!isRunning(lifeOf(engine, id))) await prepareStart(engine, held, signal);
    return held;
  });
  return converse(engine, record, connect(engine, record), signal);
}

function connect({ root, libc }: Engine, record: ContainerRecord): number {
  // The path of a socket may be too long for its address, but not by way of an open folder.
  const folder = openSync(volatilePlaces(root, record.id).folder, constants.O_RDONLY | constants.O_DIRECTORY);
  const fd = libc.socket(unix, packets | closeOnExec, 0);
  try {
    const path = Buffer.from(`/proc/self/fd/${folder}/attach\0`);
    libc.connect(fd, Buffer.concat([new Uint8Array(new Uint16Array([unix]).buffer), path]));
    return fd;
  } catch (error) {
    closeSync(fd);
    const message = `cannot attach to container ${quote(record.name)}: nobody answers for its process`;
    throw new FlotillaError('engine.conflict', message, {
      hint: 'Its monitor was killed, or it has just ended. Restart the container to attach to it.',
      cause: error,
    });
  } finally {
    closeSync(folder);
  }
}

/** Reads and writes wait on threads of their own; shutting the socket down ends the waiting. */
function converse(
  engine: Engine,
  record: ContainerRecord,
  fd: number,
  signal: AbortSignal | undefined,
): InputSession {
  const { libc } = engine;
  const calls = new Set<Promise<unknown>>();
  let lastWrite: Promise<void> = Promise.resolve();
  let isOver = false;
  const during = <Result>(call: Promise<Result>): Promise<Result> => {
    calls.add(call);
    const done = (): void => void calls.delete(call);
    call.then(done, done);
    return call;
  };
  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    signal?.removeEventListener('abort', leave);
    shut(shutBoth);
    // A number that is closed while another thread uses it may be somebody else's by then.
    void Promise.allSettled(calls).then(() => close(fd, () => undefined));
  };
  const shut = (how: number): void => {
    try {
      libc.shutdown(fd, how);
    } catch {
      // The other side was faster.
    }
  };
  const send = async (data: Uint8Array): Promise<void> => {
    for (let at = 0; at < data.length && !isOver; at += longestPacket) {
      try {
        await during(writeAsync(fd, data.subarray(at, at + longestPacket)));
      } catch (error) {
        // Input for a process that has ended goes nowhere, as in a shell's pipe.
        if (!isGone(error)) throw error;
        return;
      }
    }
  };
  signal?.addEventListener('abort', leave, { once: true });
  return {
    output: (async function* () {
      try {
        const buffer = Buffer.alloc(readBuffer);
        for (;;) {
          const { bytesRead } = await during(readAsync(fd, buffer, 0, buffer.length, null));
          signal?.throwIfAborted();
          if (bytesRead === 0) return;
          const stream = streams[buffer[0] ?? 0];
          const data = new Uint8Array(buffer.subarray(1, bytesRead));
          if (stream !== undefined && data.length > 0) yield { stream, data };
        }
      } catch (error) {
        signal?.throwIfAborted();
        if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      } finally {
        leave();
      }
    })(),
    write: (data) => {
      lastWrite = send(data);
      return lastWrite;
    },
    end: () => {
      if (!isOver) lastWrite.then(() => shut(shutWrite)).catch(() => {});
    },
    resize: async (size) => setSize(engine, record, size),
  };
}

const readAsync = promisify(read) as (
  fd: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: null,
) => Promise<{ readonly bytesRead: number }>;
const writeAsync = promisify(write) as (fd: number, data: Uint8Array) => Promise<unknown>;

function isGone(error: unknown): boolean {
  return ['EPIPE', 'ECONNRESET', 'ENOTCONN'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** By conmon's control pipe; a container that has ended, or has no terminal, needs no size. */
function setSize({ root }: Engine, record: ContainerRecord, { rows, columns }: TerminalSize): void {
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK;
    const fd = openSync(join(volatilePlaces(root, record.id).folder, 'ctl'), flags);
    try {
      writeSync(fd, `1 ${rows} ${columns}\n`);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Nobody listens there any more.
  }
}
