import type { Housekeeping } from '../../housekeeping.ts';
import { fitsFilter } from '../../prune-filter.ts';
import { pruneBuildCache } from '../build/cache.ts';
import { observeEveryContainer } from '../containers/observe.ts';
import { withImageUsers } from '../containers/users.ts';
import type { Engine } from '../engine.ts';
import { leftoversOf } from '../leftovers/index.ts';
import { describeNetwork, describeVolume } from './describe.ts';
import { information } from './information.ts';
import { keptNetworks, keptVolumes } from './kept.ts';
import { engineUsage } from './usage.ts';

export function housekeepingOf(engine: Engine): Housekeeping {
  const unlessAborted =
    <T>(work: () => Promise<T> | T) =>
    async (signal: AbortSignal | undefined): Promise<T> => {
      signal?.throwIfAborted();
      const result = await work();
      signal?.throwIfAborted();
      return result;
    };
  return {
    containers: unlessAborted(() => observeEveryContainer(engine)),
    networks: unlessAborted(() => keptNetworks(engine)),
    volumes: unlessAborted(() => keptVolumes(engine)),
    describe: (kind, reference, signal) =>
      unlessAborted(() =>
        kind === 'network' ? describeNetwork(engine, reference) : describeVolume(engine, reference),
      )(signal),
    usage: unlessAborted(() => engineUsage(engine)),
    information: unlessAborted(() => information(engine)),
    leftovers: leftoversOf(engine),
    pruneBuildCache: ({ filter }, signal) => unlessAborted(() => pruneBuildCache(engine, filter))(signal),
    async pruneImages({ all, filter }, signal) {
      signal?.throwIfAborted();
      return await engine.parts.images.prune({
        all,
        withUsers: withImageUsers(engine),
        only: ({ observed, createdAt }) =>
          fitsFilter(filter, {
            labels: observed.labels,
            ...(createdAt === undefined ? {} : { createdAt }),
          }),
      });
    },
  };
}
