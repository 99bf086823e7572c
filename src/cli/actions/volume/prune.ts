import { pruneVolumes } from '../../../scheduler/index.ts';
import type { CommandContext } from '../../command.ts';
import type { volumePruneOptions } from '../../commands/volume/index.ts';
import { formatDiskSize } from '../../output/images.ts';
import { isWanted, tellBusy } from '../housekeeping/confirm.ts';
import { pruneFilter } from '../housekeeping/filters.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof volumePruneOptions>): Promise<number> {
  const { io, options } = context;
  const filter = volumeFilter(options.filter);
  return withHousekeeping(context, async (_, session) => {
    const all = options.all || filter.all;
    const what = all ? 'volumes that no container has' : 'volumes without a name that no container has';
    if (!options.force && !(await isWanted(io, [what]))) return 0;
    const { removed, reclaimed, busy } = await pruneVolumes(session, { all, filter: filter.filter });
    if (removed.length > 0) io.stdout.write(`Deleted Volumes:\n${removed.join('\n')}\n\n`);
    io.stdout.write(`Total reclaimed space: ${formatDiskSize(reclaimed)}\n`);
    tellBusy(io, busy);
    return 0;
  });
}

/** `--filter all=true` is how scripts say `--all`. */
function volumeFilter(filters: readonly string[]) {
  const isAll = (filter: string): boolean => /^all=(?:1|t|true)$/i.test(filter);
  return {
    all: filters.some(isAll),
    filter: pruneFilter(
      filters.filter((filter) => !isAll(filter)),
      0,
      ['label', 'label!', 'all'],
    ),
  };
}
