import { version, versionLine } from '../../core/version.ts';
import type { CommandContext } from '../command.ts';
import type { versionOptions } from '../commands/version.ts';

export async function run({ io, options }: CommandContext<typeof versionOptions>): Promise<number> {
  io.stdout.write(`${versionText(options.short, options.format)}\n`);
  return 0;
}

function versionText(short: boolean, format: 'pretty' | 'json' | undefined): string {
  if (short) return version;
  if (format === 'json') return JSON.stringify({ version: `v${version}` });
  return versionLine;
}
