import { randomBytes } from 'node:crypto';
import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { CommandContext } from '../../command.ts';
import type { volumeCreateOptions } from '../../commands/volume/index.ts';
import { keyValues } from '../housekeeping/key-values.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

/** One that is there already is as good as a new one, as for docker. */
export async function run(context: CommandContext<typeof volumeCreateOptions>): Promise<number> {
  const { io, options } = context;
  const given = nameOf(context.arguments[0], options.name);
  const name = given ?? randomBytes(32).toString('hex');
  return withHousekeeping(context, async (housekeeping, { driver, abort }) => {
    const existing = given === undefined ? undefined : await housekeeping.describe('volume', name, abort);
    if (existing !== undefined) {
      const has = String(existing['Driver'] ?? 'local');
      if (has !== options.driver) throw otherDriver(name, has);
    } else {
      await driver.createVolume(
        {
          key: name,
          name,
          driver: options.driver,
          driverOptions: keyValues(options.opt),
          labels: { ...keyValues(options.label), ...(given === undefined ? anonymous : {}) },
          hash: '',
        },
        abort,
      );
    }
    io.stdout.write(`${name}\n`);
    return 0;
  });
}

/** How docker marks what it has named itself. */
const anonymous = { 'com.docker.volume.anonymous': '' };

function nameOf(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument === undefined || option === undefined) return argument ?? option;
  throw new FlotillaError('cli.usage', 'the volume has two names: one with --name, and one without', {
    hint: 'Leave --name out.',
  });
}

function otherDriver(name: string, driver: string): FlotillaError {
  return new FlotillaError(
    'engine.conflict',
    `there is already a volume ${quote(name)}, with the driver ${quote(driver)}`,
    { hint: `Choose another name, or remove it with \`flotilla volume rm ${name}\`.` },
  );
}
