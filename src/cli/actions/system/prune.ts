import { FlotillaError } from '../../../core/error.ts';
import { type PrunedEngine, pruneEngine } from '../../../scheduler/index.ts';
import type { CommandContext } from '../../command.ts';
import type { systemPruneOptions } from '../../commands/system/index.ts';
import { formatDiskSize } from '../../output/images.ts';
import { isWanted, tellBusy } from '../housekeeping/confirm.ts';
import { pruneFilter } from '../housekeeping/filters.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';
import { removedText } from '../image/rm.ts';

export async function run(context: CommandContext<typeof systemPruneOptions>): Promise<number> {
  const { io, options } = context;
  const { all, volumes, force } = options;
  return withHousekeeping(context, async (housekeeping, session) => {
    const filter = pruneFilter(options.filter, session.clock.now());
    if (volumes && filter.until !== undefined) throw volumesHaveNoTime();
    const what = [
      'containers that do not run',
      'networks in which no container runs',
      ...(volumes ? ['volumes without a name that no container has'] : []),
      all ? 'images that no container is of' : 'images without a name',
      ...(housekeeping.pruneBuildCache === undefined
        ? []
        : [all ? 'build cache' : 'build cache that no image uses']),
    ];
    if (!force && !(await isWanted(io, what))) return 0;
    const pruned = await pruneEngine(session, { all, volumes, filter });
    io.stdout.write(prunedText(pruned));
    tellBusy(
      io,
      [pruned.containers, pruned.networks, pruned.volumes].flatMap((each) => each?.busy ?? []),
    );
    return 0;
  });
}

function prunedText({ containers, networks, volumes, images, cache, leftovers }: PrunedEngine): string {
  const sections = [
    ['Deleted Containers', lines(containers.removed)],
    ['Deleted Networks', lines(networks.removed)],
    ['Deleted Volumes', lines(volumes?.removed ?? [])],
    ['Deleted Images', removedText(images)],
    ['Deleted build cache objects', lines(cache.deleted)],
    ['Mended', lines(leftovers.map(({ text }) => text))],
  ] as const;
  const reclaimed = [containers, networks, volumes, images, cache].reduce(
    (sum, each) => sum + (each?.reclaimed ?? 0),
    0,
  );
  const told = sections.flatMap(([title, text]) => (text === '' ? [] : [`${title}:\n${text}\n`]));
  return `${told.join('')}Total reclaimed space: ${formatDiskSize(reclaimed)}\n`;
}

function lines(words: readonly string[]): string {
  return words.map((word) => `${word}\n`).join('');
}

function volumesHaveNoTime(): FlotillaError {
  return new FlotillaError('cli.usage', 'the filter "until" does not go with --volumes', {
    hint: 'Volumes do not tell when they were used last. Leave one of the two out.',
  });
}
