import type { CommandContext } from '../../command.ts';
import type { imageHistoryOptions } from '../../commands/image/history.ts';
import { historyLayout, historyRows } from '../../output/image-history.ts';
import { formatRows } from '../../output/rows.ts';
import { withSession } from '../../session.ts';
import { noSuchImage } from './with-images.ts';

export async function run(context: CommandContext<typeof imageHistoryOptions>): Promise<number> {
  const { options, io } = context;
  const [reference = ''] = context.arguments;
  const { human, noTrunc, quiet } = options;
  return withSession(context, { reports: false }, async ({ driver, abort, clock }) => {
    const steps = await driver.imageHistory(reference, abort);
    if (steps === undefined) throw noSuchImage(reference);
    const rows = historyRows(steps, { now: clock.now(), human, noTrunc });
    const format = quiet && options.format === 'table' ? '{{.ID}}' : options.format;
    io.stdout.write(formatRows(rows, format, historyLayout(human)));
    return 0;
  });
}
