import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import { hasLabel, type KeptNetwork } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { networkLsOptions } from '../../commands/network/index.ts';
import { networkLayout, networkRows } from '../../output/networks.ts';
import { formatRows } from '../../output/rows.ts';
import { booleanOf, type FilterRules, listTest } from '../housekeeping/filters.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof networkLsOptions>): Promise<number> {
  const { options, io } = context;
  const isListed = listTest(options.filter, rules);
  return withHousekeeping(context, async (housekeeping, { abort }) => {
    const networks = (await housekeeping.networks(abort)).filter(isListed);
    const rows = networkRows(networks, { noTrunc: options.noTrunc });
    io.stdout.write(formatRows(rows, options.quiet ? '{{.ID}}' : options.format, networkLayout));
    return 0;
  });
}

const rules: FilterRules<KeptNetwork> = {
  dangling: (text) => {
    const wanted = booleanOf(text, 'dangling');
    return ({ inUse, builtIn }) => !builtIn && inUse !== wanted;
  },
  driver: (wanted) => (network) => network.driver === wanted,
  id: (part) => (network) => network.id.includes(part),
  label: (wanted) => (network) => hasLabel(network.labels, wanted),
  name: (part) => (network) => network.name.includes(part),
  scope: (wanted) => (network) => network.scope === wanted,
  type: (wanted) => {
    if (wanted !== 'custom' && wanted !== 'builtin') {
      throw new FlotillaError('cli.usage', `${quote(wanted)} is no value for the filter type`, {
        hint: 'It is custom or builtin.',
      });
    }
    return ({ builtIn }) => builtIn === (wanted === 'builtin');
  },
};
