import { compareBytes } from '../../../core/text.ts';
import type { Description, Housekeeping } from '../../housekeeping.ts';
import { apiPath, type EngineClient } from '../client.ts';
import { isRefused } from '../failure.ts';
import { listAllContainers } from '../snapshot.ts';
import type { NetworkBody, VolumeBody } from '../wire.ts';
import { keptNetwork, keptVolume } from './kept.ts';
import { pruneBuildCache, pruneImages } from './prune.ts';
import { engineUsage } from './usage.ts';

/** `now`: Unix time in milliseconds. */
export function housekeepingOf(client: EngineClient, now: () => number): Housekeeping {
  return {
    containers: (signal) => listAllContainers(client, signal),
    async networks(signal) {
      const [bodies, containers] = await Promise.all([
        client.json<readonly NetworkBody[]>(
          { method: 'GET', path: '/networks', task: 'list networks' },
          signal,
        ),
        listAllContainers(client, signal),
      ]);
      return bodies
        .map((body) => keptNetwork(body, containers))
        .sort((left, right) => compareBytes(left.name, right.name) || compareBytes(left.id, right.id));
    },
    async volumes(signal) {
      const [{ Volumes }, containers] = await Promise.all([
        client.json<{ readonly Volumes?: readonly VolumeBody[] | null }>(
          { method: 'GET', path: '/volumes', task: 'list volumes' },
          signal,
        ),
        listAllContainers(client, signal),
      ]);
      return (Volumes ?? [])
        .map((body) => keptVolume(body, containers, client))
        .sort((left, right) => compareBytes(left.name, right.name));
    },
    describe: (kind, reference, signal) => describe(client, kind, reference, signal),
    usage: (signal) => engineUsage(client, signal),
    information: (signal) =>
      client.json<Description>({ method: 'GET', path: '/info', task: 'ask the engine about itself' }, signal),
    pruneImages: (options, signal) => pruneImages(client, options, signal),
    // Podman keeps none of its own, and has no such call.
    ...(client.isPodman
      ? {}
      : { pruneBuildCache: (options, signal) => pruneBuildCache(client, options, now, signal) }),
  };
}

async function describe(
  client: EngineClient,
  kind: 'network' | 'volume',
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Description | undefined> {
  // An empty one would be the list of all.
  if (reference === '') return undefined;
  const path = kind === 'network' ? apiPath`/networks/${reference}` : apiPath`/volumes/${reference}`;
  try {
    return await client.json<Description>(
      { method: 'GET', path, task: `inspect ${kind} "${reference}"` },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return undefined;
    throw error;
  }
}
