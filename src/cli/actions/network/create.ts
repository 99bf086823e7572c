import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { CommandContext } from '../../command.ts';
import type { networkCreateOptions } from '../../commands/network/create.ts';
import { keyValues } from '../housekeeping/key-values.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';
import { poolsOf } from './pools.ts';

export async function run(context: CommandContext<typeof networkCreateOptions>): Promise<number> {
  const { io, options } = context;
  const [name = ''] = context.arguments;
  const pools = poolsOf({
    subnets: options.subnet,
    ranges: options.ipRange,
    gateways: options.gateway,
    auxiliary: keyValues(options.auxAddress),
  });
  const { ipv4, ipv6 } = options;
  return withHousekeeping(context, async (housekeeping, { driver, abort }) => {
    const isThere = async () => (await housekeeping.networks(abort)).find((network) => network.name === name);
    if ((await isThere()) !== undefined) throw alreadyThere(name);
    await driver.createNetwork(
      {
        key: name,
        name,
        driver: options.driver,
        driverOptions: keyValues(options.opt),
        ipam: { driver: options.ipamDriver, options: keyValues(options.ipamOpt), pools },
        internal: options.internal,
        attachable: options.attachable,
        ...(ipv4 === undefined ? {} : { enableIpv4: ipv4 }),
        ...(ipv6 === undefined ? {} : { enableIpv6: ipv6 }),
        labels: keyValues(options.label),
        hash: '',
      },
      abort,
    );
    io.stdout.write(`${(await isThere())?.id ?? name}\n`);
    return 0;
  });
}

function alreadyThere(name: string): FlotillaError {
  return new FlotillaError('engine.conflict', `network with name ${name} already exists`, {
    hint: `Choose another name, or remove it with \`flotilla network rm ${quote(name)}\`.`,
  });
}
