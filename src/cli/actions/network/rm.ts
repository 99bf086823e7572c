import type { CommandContext } from '../../command.ts';
import type { networkRmOptions } from '../../commands/network/index.ts';
import { removeEach } from '../housekeeping/each.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof networkRmOptions>): Promise<number> {
  const { io, options } = context;
  return withHousekeeping(context, (housekeeping, { driver, abort }) =>
    removeEach({ io, names: context.arguments, force: options.force }, 'network', async (name) => {
      const found = await housekeeping.describe('network', name, abort);
      if (found === undefined) return false;
      // The beginning of an id is enough here, and only here.
      await driver.removeNetwork(String(found['Name'] === name ? name : found['Id']), abort);
      return true;
    }),
  );
}
