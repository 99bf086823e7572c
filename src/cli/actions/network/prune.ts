import { pruneNetworks } from '../../../scheduler/index.ts';
import type { CommandContext } from '../../command.ts';
import type { networkPruneOptions } from '../../commands/network/index.ts';
import { isWanted, tellBusy } from '../housekeeping/confirm.ts';
import { pruneFilter } from '../housekeeping/filters.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof networkPruneOptions>): Promise<number> {
  const { io, options } = context;
  return withHousekeeping(context, async (_, session) => {
    const filter = pruneFilter(options.filter, session.clock.now());
    if (!options.force && !(await isWanted(io, ['networks in which no container runs']))) return 0;
    const { removed, busy } = await pruneNetworks(session, { filter });
    if (removed.length > 0) io.stdout.write(`Deleted Networks:\n${removed.join('\n')}\n\n`);
    tellBusy(io, busy);
    return 0;
  });
}
