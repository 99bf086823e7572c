import { FlotillaError } from '../../core/error.ts';
import type { CommandContext } from '../command.ts';
import type { createOptions } from '../commands/create.ts';
import { converge } from './converge.ts';

/** Everything that `up` does but the starts. */
export async function run(context: CommandContext<typeof createOptions>): Promise<number> {
  const { options, arguments: services } = context;
  if (options.build && options.noBuild) {
    throw new FlotillaError('cli.usage', '--build and --no-build are incompatible');
  }
  if (options.forceRecreate && options.noRecreate) {
    throw new FlotillaError('cli.usage', '--force-recreate and --no-recreate are incompatible');
  }
  return converge(context, {
    selection: { services, noDeps: false, scale: options.scale, pull: options.pull },
    policy: {
      noStart: true,
      build: options.build,
      noBuild: options.noBuild,
      forceRecreate: options.forceRecreate,
      noRecreate: options.noRecreate,
      removeOrphans: options.removeOrphans,
    },
    yes: options.yes,
    quietPull: options.quietPull,
  });
}
