import type { CommandContext } from '../../command.ts';
import type { volumeInspectOptions } from '../../commands/volume/index.ts';
import { inspectEach } from '../housekeeping/inspection.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof volumeInspectOptions>): Promise<number> {
  const { io, options } = context;
  const { format } = options;
  return withHousekeeping(context, (housekeeping, { abort }) =>
    inspectEach(
      { io, names: context.arguments, ...(format === undefined ? {} : { format }) },
      'volume',
      (name) => housekeeping.describe('volume', name, abort),
    ),
  );
}
