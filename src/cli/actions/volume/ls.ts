import { hasLabel, type KeptVolume } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { volumeLsOptions } from '../../commands/volume/index.ts';
import { formatRows } from '../../output/rows.ts';
import { volumeLayout, volumeRows } from '../../output/volumes.ts';
import { booleanOf, type FilterRules, listTest } from '../housekeeping/filters.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof volumeLsOptions>): Promise<number> {
  const { options, io } = context;
  const isListed = listTest(options.filter, rules);
  return withHousekeeping(context, async (housekeeping, { abort }) => {
    const volumes = (await housekeeping.volumes(abort)).filter(isListed);
    const format = options.quiet ? '{{.Name}}' : options.format;
    io.stdout.write(formatRows(volumeRows(volumes), format, volumeLayout));
    return 0;
  });
}

const rules: FilterRules<KeptVolume> = {
  dangling: (text) => {
    const wanted = booleanOf(text, 'dangling');
    return ({ inUse }) => inUse !== wanted;
  },
  driver: (wanted) => (volume) => volume.driver === wanted,
  label: (wanted) => (volume) => hasLabel(volume.labels, wanted),
  name: (part) => (volume) => volume.name.includes(part),
};
