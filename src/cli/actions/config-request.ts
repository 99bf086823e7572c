import type { CommandContext } from '../command.ts';
import type { configOptions } from '../commands/config.ts';
import { printWarnings } from '../load.ts';

export type ConfigContext = CommandContext<typeof configOptions>;

/** What `--no-…` leaves out; `--compatibility` leaves the model as Compose v1 would have had it. */
export function skippedPasses({ options, global }: ConfigContext) {
  return {
    normalization: options.noNormalize || global.compatibility,
    consistency: options.noConsistency,
    pathResolution: options.noPathResolution,
    environmentResolution: options.noEnvResolution,
  };
}

export function warnAboutServices(context: ConfigContext, flag: string): Promise<void> {
  return warn(context, `${flag} is about all services: the names of services change nothing`);
}

export async function warn(context: ConfigContext, message: string): Promise<void> {
  await printWarnings(context, [{ severity: 'warning', code: 'cli.usage', message }]);
}
