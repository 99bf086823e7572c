import { readFileSync, readlinkSync } from 'node:fs';
import type { Libc } from './libc.ts';

/** A process, told from a later one of the same number by when it began, in clock ticks since the boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly began: string;
}

/** sched.h: it is on its way out; the first process of a namespace waits there until the others have been reaped. */
const exiting = 0x4;

/** Undefined when there is no such process, or only its remains. A program may let its first thread end and go on. */
export function identify(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  if (fields === undefined) return undefined;
  const hasEnded = fields.state === 'Z' || fields.state === 'X' || (fields.flags & exiting) !== 0;
  return hasEnded && fields.threads <= 1 ? undefined : { pid, began: fields.began };
}

/** As /proc numbers it. `process` is the command line's. */
export function ownPid(): number {
  knownPid ??= Number(readlinkSync('/proc/self'));
  return knownPid;
}

let knownPid: number | undefined;

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.began === process.began;
}

/** Sends a signal to that very process; false when it is gone. */
export function signalProcess(libc: Pick<Libc, 'kill'>, target: ProcessIdentity, signal: number): boolean {
  return isAlive(target) && libc.kill(target.pid, signal);
}

/** proc_pid_stat(5): the name in parentheses may hold anything, so what follows is counted from the last one. */
function statFields(
  pid: number,
):
  | { readonly state: string; readonly flags: number; readonly threads: number; readonly began: string }
  | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    flags: Number(fields[6]),
    threads: Number(fields[17]),
    began: fields[19] ?? '',
  };
}
