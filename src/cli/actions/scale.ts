import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { CommandContext } from '../command.ts';
import type { scaleOptions } from '../commands/scale.ts';
import { converge } from './converge.ts';

/** Brings services to a number of containers, with what they depend on unless that is to be left alone. */
export async function run(context: CommandContext<typeof scaleOptions>): Promise<number> {
  const { options, arguments: tuples } = context;
  for (const tuple of tuples) {
    if (/^[^=]+=\d+$/.test(tuple)) continue;
    throw new FlotillaError('cli.usage', `invalid scale specifier: ${quote(tuple)}`, {
      hint: 'Write the service and how many containers it shall have: flotilla scale web=3',
    });
  }
  return converge(context, {
    selection: {
      services: tuples.map((tuple) => tuple.slice(0, tuple.indexOf('='))),
      noDeps: options.noDeps,
      scale: tuples,
      pull: 'policy',
    },
    policy: {},
    yes: false,
  });
}
