import { FlotillaError } from '../../../core/error.ts';
import type { CommandContext } from '../../command.ts';
import type { imagePruneOptions } from '../../commands/image/names.ts';
import { formatImageSize } from '../../output/images.ts';
import { yesOrNo } from '../../questions.ts';
import { pruneTest } from './filters.ts';
import { removedText } from './rm.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imagePruneOptions>): Promise<number> {
  const { options, io } = context;
  const { all, filter } = options;
  return withImages(context, async (images, session) => {
    const only = pruneTest(filter, session.clock.now());
    if (!options.force && !(await isWanted(context))) return 0;
    const pruned = await images.prune({ all, ...(filter.length === 0 ? {} : { only }) });
    if (pruned.deleted.length > 0) io.stdout.write(`Deleted Images:\n${removedText(pruned)}\n`);
    io.stdout.write(`Total reclaimed space: ${formatImageSize(pruned.reclaimed)}\n`);
    return 0;
  });
}

async function isWanted({ options, io }: CommandContext<typeof imagePruneOptions>): Promise<boolean> {
  const what = options.all ? 'all images that no container is of' : 'all images without a name';
  const ask = yesOrNo(io);
  if (ask !== undefined) return ask(`This removes ${what}. Go on?`, false);
  throw new FlotillaError('run.question', `this would remove ${what}, and nobody is there to be asked`, {
    hint: 'Add --force to do it without a question.',
  });
}
