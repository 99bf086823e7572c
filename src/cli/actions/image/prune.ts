import type { CommandContext } from '../../command.ts';
import type { imagePruneOptions } from '../../commands/image/names.ts';
import { formatDiskSize } from '../../output/images.ts';
import { isWanted } from '../housekeeping/confirm.ts';
import { pruneTest } from './filters.ts';
import { removedText } from './rm.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imagePruneOptions>): Promise<number> {
  const { options, io } = context;
  const { all, filter } = options;
  return withImages(context, async (images, session) => {
    const only = pruneTest(filter, session.clock.now());
    const what = all ? 'images that no container is of' : 'images without a name';
    if (!options.force && !(await isWanted(io, [what]))) return 0;
    const pruned = await images.prune({ all, ...(filter.length === 0 ? {} : { only }) });
    if (pruned.deleted.length > 0) io.stdout.write(`Deleted Images:\n${removedText(pruned)}\n`);
    io.stdout.write(`Total reclaimed space: ${formatDiskSize(pruned.reclaimed)}\n`);
    return 0;
  });
}
