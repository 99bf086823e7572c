import type { CommandContext } from '../../command.ts';
import type { imageLsOptions } from '../../commands/image/ls.ts';
import { imageLayout, imageRows } from '../../output/images.ts';
import { formatRows } from '../../output/rows.ts';
import { listTest, named, patternsOf } from './filters.ts';
import { withImages } from './with-images.ts';

export async function run(context: CommandContext<typeof imageLsOptions>): Promise<number> {
  const { options, io } = context;
  const { patterns, others } = patternsOf(options.filter);
  return withImages(context, async (images, session) => {
    const isWanted = await listTest(others, session.driver);
    const wanted = (await images.list(session.abort)).filter(isWanted);
    const listed = named(wanted, [...patterns, ...context.arguments]);
    const { digests, noTrunc } = options;
    const rows = imageRows(listed, { now: session.clock.now(), noTrunc, digests });
    const format = options.quiet ? '{{.ID}}' : options.format;
    io.stdout.write(formatRows(rows, format, imageLayout(digests)));
    return 0;
  });
}
