import type { CommandContext } from '../../command.ts';
import type { volumeRmOptions } from '../../commands/volume/index.ts';
import { removeEach } from '../housekeeping/each.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof volumeRmOptions>): Promise<number> {
  const { io, options } = context;
  return withHousekeeping(context, (housekeeping, { driver, abort }) =>
    removeEach({ io, names: context.arguments, force: options.force }, 'volume', async (name) => {
      if ((await housekeeping.describe('volume', name, abort)) === undefined) return false;
      await driver.removeVolume(name, abort);
      return true;
    }),
  );
}
