import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { FlotillaError } from '../../core/error.ts';
import type { ProjectName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { type LockAddress, type LockPlace, lockAddress } from './address.ts';
import { introduce, introductionReader, type LockHolder } from './holder.ts';

export type { LockPlace } from './address.ts';
export type { LockHolder } from './holder.ts';

export interface ProjectLockOptions {
  readonly place: LockPlace;
  /** What others are told who wait for this process. */
  readonly self: LockHolder;
  readonly clock: Clock;
  /** How long to wait for another holder before giving up. */
  readonly patienceMs: number;
  /** Somebody else holds the lock; called once for each holder that is waited for. */
  readonly onWait: (holder: LockHolder) => void;
}

export interface LockRequest {
  readonly project: ProjectName;
  /** Of the driver: projects of one name on two engines have nothing to do with each other. */
  readonly endpoint: string;
}

export interface HeldLock {
  release(): Promise<void>;
}

export type ProjectLock = (request: LockRequest, signal: AbortSignal) => Promise<HeldLock>;

/**
 * Lets commands that change one project queue instead of racing. The lock belongs to the process and goes with it,
 * however it ends. Rejects with `run.locked` when the patience is over, with the signal's reason when that aborts.
 *
 * free --listen--> held --release or the process's end--> free
 *  \--somebody listens--> waiting (connected to the holder) --the connection ends--> free
 */
export function projectLock(options: ProjectLockOptions): ProjectLock {
  return async (request, signal) => {
    const address = lockAddress(options.place, request.endpoint, request.project);
    if (address.isFile) prepareFolder(options.place.folder);
    const giveUpAt = options.clock.now() + options.patienceMs;
    for (;;) {
      signal.throwIfAborted();
      const held = await listen(address, options.self);
      if (held !== undefined) return held;
      await waitForHolder(address, request, giveUpAt, options, signal);
    }
  };
}

const introductionMs = 500;
const unknownHolderPauseMs = 50;

/** Undefined when somebody else listens there. */
function listen({ path }: LockAddress, self: LockHolder): Promise<HeldLock | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('close', () => waiting.delete(socket));
    introduce(socket, self);
  });
  // Neither the lock nor those who wait for it keep this process from ending.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  const release = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      // Those who wait hear of the end by the end of their connections.
      for (const socket of waiting) socket.destroy();
    });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Where the system has no such sockets there is no lock, and that is no reason to refuse the work.
      resolve(error.code === 'EADDRINUSE' ? undefined : { release: async () => {} });
    });
    server.listen(path, () => resolve({ release }));
  });
}

/** Resolves when the holder's connection has ended; then the lock may be free. */
async function waitForHolder(
  address: LockAddress,
  { project }: LockRequest,
  giveUpAt: number,
  { clock, onWait }: ProjectLockOptions,
  signal: AbortSignal,
): Promise<void> {
  const socket = connect(address.path);
  let holder: LockHolder | undefined;
  let introduce = () => {};
  const introduced = new Promise<void>((resolve) => {
    introduce = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    const read = introductionReader();
    let told = false;
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      holder ??= read(piece);
      if (holder === undefined || told) return;
      told = true;
      introduce();
      onWait(holder);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (address.isFile && error.code === 'ECONNREFUSED') removeDead(address.path);
    });
    socket.on('close', () => resolve());
  });
  const patience = new AbortController();
  const stop = () => patience.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const timeout = clock.sleep(Math.max(0, giveUpAt - clock.now()), patience.signal).then(async () => {
      // Whoever does not want to wait wants to know for whom all the same.
      if (holder === undefined) {
        await Promise.race([introduced, clock.sleep(introductionMs, patience.signal)]);
      }
      throw lockedFor(project, holder);
    });
    await Promise.race([ended, timeout]);
    // A stranger that listens there and says nothing must not be asked without a pause.
    if (holder === undefined) await clock.sleep(unknownHolderPauseMs, patience.signal);
  } finally {
    signal.removeEventListener('abort', stop);
    patience.abort(new DOMException('no longer waiting', 'AbortError'));
    socket.destroy();
  }
}

/**
 * A killed process leaves its file. Moved away first, because only one of several who find it dead can move it, and
 * none of them then removes the file that the first has made anew.
 */
function removeDead(path: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    rmSync(aside);
  } catch {
    // Somebody else was faster.
  }
}

function lockedFor(project: ProjectName, holder: LockHolder | undefined): FlotillaError {
  const who = holder === undefined ? 'another process' : `${quote(holder.command)} (pid ${holder.pid})`;
  return new FlotillaError('run.locked', `${who} is still at work on project ${quote(project)}`, {
    hint: 'Wait until it is done, or end it with Ctrl+C where it runs, then run this command again.',
  });
}

/** Only its owner may put sockets there: a stranger's would be taken for a lock. */
function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch {
    // Then listening fails too, and there is no lock.
  }
}
