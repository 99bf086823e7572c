import type { VolumeSpec } from '../../../volumes/index.ts';
import { conflict, isSame } from '../../ownership.ts';
import type { Context } from './context.ts';
import { checkDriver } from './local-driver.ts';
import { makeVolume, readRecord } from './record.ts';

/** One that is there already must be the same; two that create it at once get the same one. */
export async function createVolume({ root, now }: Context, spec: VolumeSpec): Promise<void> {
  const { name, driver, driverOptions, labels } = spec;
  const field = `volumes.${spec.key}`;
  checkDriver(field, driver, driverOptions);
  const record = { version: 1, name, driver: 'local', driverOptions, labels, createdAt: now() } as const;
  if (await makeVolume(root, record)) return;
  const existing = readRecord(root, name);
  if (!isSame(existing?.labels, labels)) throw conflict('volume', name);
}
