import { FlotillaError } from '../../core/error.ts';
import { serviceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { checkServiceNames, publishedPort } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { portOptions } from '../commands/port.ts';
import { loadOrName } from '../load.ts';
import { withSession } from '../session.ts';

/** Prints `ADDRESS:PORT`. */
export async function run(context: CommandContext<typeof portOptions>): Promise<number> {
  const { options, io } = context;
  const [service = '', privatePort = ''] = context.arguments;
  const target = portNumber(privatePort);
  const protocol = protocolOf(options.protocol);
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, [service]);
  return withSession(context, { reports: false }, async (session) => {
    const { hostIp, published } = await publishedPort(session, {
      projectName,
      service: serviceName(service),
      target,
      protocol,
      ...(options.index === undefined ? {} : { index: options.index }),
    });
    io.stdout.write(`${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${published}\n`);
    return 0;
  });
}

function portNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 65_535) return number;
  throw new FlotillaError('cli.usage', `${quote(text)} is no port`, {
    hint: 'A port is a number from 1 to 65535; its protocol goes by --protocol.',
  });
}

const protocols = ['tcp', 'udp', 'sctp'];

function protocolOf(text: string): string {
  const protocol = text.toLowerCase();
  if (protocols.includes(protocol)) return protocol;
  throw new FlotillaError('cli.usage', `there is no protocol ${quote(text)}`, {
    hint: `It is one of ${protocols.join(', ')}.`,
  });
}
