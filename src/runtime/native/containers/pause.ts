import { rmSync } from 'node:fs';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { freeze } from '../oci/index.ts';
import { cgroupsPath, volatilePlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';

/** Lets the processes of a container that somebody held still go on. */
export function resume(engine: Engine, record: ContainerRecord): void {
  freeze(engine.machine, cgroupsPath(engine.root, record), false);
  rmSync(volatilePlaces(engine.root, record.id).paused, { force: true });
  announce(engine, record, { action: 'unpause' });
}
