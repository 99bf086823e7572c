import { rmSync, writeFileSync } from 'node:fs';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import { freeze } from '../oci/index.ts';
import { cgroupsPath, volatilePlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';

/** Holds all processes of a running container still. */
export function pause(engine: Engine, record: ContainerRecord): void {
  freeze(engine.machine, cgroupsPath(record), true);
  writeFileSync(volatilePlaces(engine.root, record.id).paused, '');
  announce(engine, record, { action: 'pause' });
}

export function resume(engine: Engine, record: ContainerRecord): void {
  freeze(engine.machine, cgroupsPath(record), false);
  rmSync(volatilePlaces(engine.root, record.id).paused, { force: true });
  announce(engine, record, { action: 'unpause' });
}
