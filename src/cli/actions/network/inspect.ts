import type { CommandContext } from '../../command.ts';
import type { networkInspectOptions } from '../../commands/network/index.ts';
import { inspectEach } from '../housekeeping/inspection.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof networkInspectOptions>): Promise<number> {
  const { io, options } = context;
  const { format } = options;
  return withHousekeeping(context, (housekeeping, { abort }) =>
    inspectEach(
      { io, names: context.arguments, ...(format === undefined ? {} : { format }) },
      'network',
      (name) => housekeeping.describe('network', name, abort),
    ),
  );
}
