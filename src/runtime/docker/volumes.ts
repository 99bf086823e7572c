import type { ObservedVolume, VolumeSpec } from '../../volumes/index.ts';
import { conflict, isSame } from '../ownership.ts';
import { apiPath, type EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import { whoUses } from './users.ts';
import type { VolumeBody } from './wire.ts';

/** The engine answers with whatever has the name already, so the labels tell whose it is. */
export async function createVolume(
  client: EngineClient,
  spec: VolumeSpec,
  signal?: AbortSignal,
): Promise<void> {
  const existing = await findVolume(client, spec.name, signal);
  if (existing !== undefined) return accept(existing, spec);
  const made = await client.json<VolumeBody>(
    {
      method: 'POST',
      path: '/volumes/create',
      json: {
        Name: spec.name,
        Driver: spec.driver,
        DriverOpts: spec.driverOptions,
        Labels: spec.labels,
      },
      task: `create volume "${spec.name}"`,
    },
    signal,
  );
  // Somebody else may have been faster.
  const foreign = Object.entries(spec.labels).some(([key, value]) => made.Labels?.[key] !== value);
  if (foreign) throw conflict('volume', spec.name);
}

export async function removeVolume(client: EngineClient, name: string, signal?: AbortSignal): Promise<void> {
  try {
    await client.send(
      { method: 'DELETE', path: apiPath`/volumes/${name}`, task: `remove volume "${name}"` },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 404)) throw await whoUses(client, 'volume', name, error, signal);
  }
}

export async function findVolume(
  client: EngineClient,
  name: string,
  signal?: AbortSignal,
): Promise<VolumeBody | undefined> {
  try {
    return await client.json<VolumeBody>(
      { method: 'GET', path: apiPath`/volumes/${name}`, task: `inspect volume "${name}"` },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return undefined;
    throw error;
  }
}

export function observedVolume(body: VolumeBody): ObservedVolume {
  return { name: body.Name, driver: body.Driver ?? 'local', labels: body.Labels ?? {} };
}

function accept(existing: VolumeBody, spec: VolumeSpec): void {
  if (!isSame(existing.Labels, spec.labels)) throw conflict('volume', spec.name);
}
