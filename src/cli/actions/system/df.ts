import type { CommandContext } from '../../command.ts';
import type { systemDfOptions } from '../../commands/system/index.ts';
import { usageLayout, usageRows, usageSections } from '../../output/disk-usage.ts';
import { formatRows } from '../../output/rows.ts';
import { compileTemplate, toGoJson } from '../../output/template/index.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof systemDfOptions>): Promise<number> {
  const { io, options } = context;
  return withHousekeeping(context, async (housekeeping, { abort, clock }) => {
    const usage = await housekeeping.usage(abort);
    if (!options.verbose) {
      io.stdout.write(formatRows(usageRows(usage), options.format, usageLayout));
      return 0;
    }
    const sections = usageSections(usage, clock.now());
    if (options.format === 'table' || options.format === '') {
      const texts = sections.map(({ title, rows, layout }) => `${title}\n\n${formatRows(rows, '', layout)}`);
      io.stdout.write(`${texts.join('\n')}`);
      return 0;
    }
    const all = Object.fromEntries(sections.map(({ key, rows }) => [key, rows]));
    const text = options.format === 'json' ? toGoJson(all) : compileTemplate(options.format)(all);
    io.stdout.write(`${text}\n`);
    return 0;
  });
}
