import { readFileSync } from 'node:fs';
import type { Libc } from './libc.ts';

/** A process, told from a later one of the same number by when it began, in clock ticks since the boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly began: string;
}

/** Undefined when there is no such process, or only its remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  return fields === undefined || fields.state === 'Z' || fields.state === 'X'
    ? undefined
    : { pid, began: fields.began };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.began === process.began;
}

/** Sends a signal to that very process; false when it is gone. */
export function signalProcess(libc: Pick<Libc, 'kill'>, target: ProcessIdentity, signal: number): boolean {
  return isAlive(target) && libc.kill(target.pid, signal);
}

/** proc_pid_stat(5): the name in parentheses may hold anything, so what follows is counted from the last one. */
function statFields(pid: number): { readonly state: string; readonly began: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', began: fields[19] ?? '' };
}
