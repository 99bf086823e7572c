import { tmpdir } from 'node:os';
import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';
import { type ProjectLock, projectLock, systemClock } from '../runtime/index.ts';
import { rootOptions } from './command-line.ts';
import type { Io } from './io.ts';
import { splitArgv } from './split-argv.ts';

const usualPatienceSeconds = 300;

/** The lock of this process: it says who is waited for, unless `say` is absent. */
export function lockOf(io: Io, say: ((line: string) => void) | undefined): ProjectLock {
  return lockWith(io, say, patienceSeconds(io.environment['FLOTILLA_LOCK_TIMEOUT']));
}

/** One that waits for nobody: `run.locked` at once. */
export function impatientLockOf(io: Io): ProjectLock {
  return lockWith(io, undefined, 0);
}

function lockWith(io: Io, say: ((line: string) => void) | undefined, patience: number): ProjectLock {
  const word = splitArgv(io.argv, rootOptions).word ?? '';
  return projectLock({
    place: { platform: io.platform, user: io.userId, folder: lockFolder(io) },
    self: { pid: io.pid, command: `flotilla ${word}` },
    clock: systemClock,
    patienceMs: patience * 1000,
    onWait: ({ command, pid }) =>
      say?.(`Waiting for ${quote(command)} (pid ${pid}), which is at work on this project\n`),
  });
}

function lockFolder({ environment, userId }: Io): string {
  const runtime = environment['XDG_RUNTIME_DIR'];
  return runtime?.startsWith('/') ? `${runtime}/flotilla` : `${tmpdir()}/flotilla-${userId}`;
}

function patienceSeconds(value: string | undefined): number {
  if (value === undefined || value === '') return usualPatienceSeconds;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new FlotillaError('cli.usage', `invalid FLOTILLA_LOCK_TIMEOUT value ${quote(value)}`, {
    hint: 'It is a number of seconds, 0 for not waiting at all.',
  });
}
