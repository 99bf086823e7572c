import type { Housekeeping } from '../housekeeping.ts';
import {
  describe,
  information,
  keptNetworks,
  keptVolumes,
  observeAll,
  pruneImages,
  usage,
} from './model/index.ts';
import type { World } from './world.ts';

export function housekeepingOf(
  world: World,
  call: <T>(signal: AbortSignal | undefined, name: string, input: unknown, run: () => T) => Promise<T>,
): Housekeeping {
  return {
    containers: (signal) =>
      call(signal, 'containers', undefined, () => observeAll(world.state, world.clock.now())),
    networks: (signal) => call(signal, 'networks', undefined, () => keptNetworks(world.state)),
    volumes: (signal) => call(signal, 'volumes', undefined, () => keptVolumes(world.state)),
    describe: (kind, reference, signal) =>
      call(signal, kind, reference, () => describe(world.state, kind, reference)),
    usage: (signal) => call(signal, 'usage', undefined, () => usage(world.state, world.clock.now())),
    information: (signal) => call(signal, 'information', undefined, () => information(world.state)),
    pruneImages: (options, signal) =>
      call(signal, 'pruneImages', options, () => {
        const { state, pruned } = pruneImages(world.state, options);
        world.update(state);
        return pruned;
      }),
  };
}
