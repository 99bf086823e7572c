import { writeFileSync } from 'node:fs';
import type { Root } from '../parts.ts';
import { identify, isAlive, ownPid } from '../system/process-identity.ts';
import { readText } from '../system/read-json.ts';
import { lastingPlaces } from './places.ts';

/** Notes that somebody has stopped it, so that its policy does not start it again. */
export function noteStopped(root: Root, id: string): void {
  writeFileSync(lastingPlaces(root, id).stopped, '');
}

/** The same, by who is going to wait until it has ended. */
export function noteStopping(root: Root, id: string): void {
  const self = identify(ownPid());
  writeFileSync(lastingPlaces(root, id).stopped, self === undefined ? '' : `${self.pid} ${self.began}`);
}

/** The same, when nobody waits for it any more. */
export function noteStopAbandoned(root: Root, id: string): void {
  writeFileSync(lastingPlaces(root, id).stopped, nobody);
}

/**
 * Whether who was stopping it has gone before it ended. It may have been told to end, and do so at any moment, and its
 * policy would not start it again.
 */
export function isStopCutShort(root: Root, id: string): boolean {
  const [pid, began] = (readText(lastingPlaces(root, id).stopped) ?? '').split(' ');
  return pid !== undefined && began !== undefined && !isAlive({ pid: Number(pid), began });
}

/** No process has that number. */
const nobody = '0 0';
