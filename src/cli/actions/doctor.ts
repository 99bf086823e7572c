import { nodeFiles } from '../../compose/index.ts';
import { examineRuntimes, type RuntimeReport, systemClock } from '../../runtime/index.ts';
import type { CommandContext } from '../command.ts';
import type { doctorOptions } from '../commands/doctor.ts';

/** Exits with 1 when nothing here can run containers. */
export async function run({ io, global, options }: CommandContext<typeof doctorOptions>): Promise<number> {
  const reports = await examineRuntimes({
    environment: io.environment,
    home: io.home,
    files: nodeFiles(),
    now: systemClock.now,
    supervisor: io.supervisor,
    leftovers: global.dryRun ? 'find' : 'mend',
    ...(global.host === undefined ? {} : { host: global.host }),
    ...(global.context === undefined ? {} : { context: global.context }),
  });
  io.stdout.write(
    options.format === 'json' ? `${JSON.stringify(reports)}\n` : doctorText(reports, global.dryRun),
  );
  return reports.some(({ isUsable }) => isUsable) ? 0 : 1;
}

export function doctorText(reports: readonly RuntimeReport[], isDryRun = false): string {
  const lines = reports.flatMap(({ runtime, isUsable, findings, hint, leftovers = [] }) => [
    `${titles[runtime]}: ${isUsable ? 'usable' : 'not usable'}`,
    ...findings.map((finding) => `  ${finding}`),
    ...leftovers.map(({ text }) => `  ${isDryRun ? 'left behind' : 'mended'}: ${text}`),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ]);
  // Docker comes first, as `auto` takes it.
  const first = reports.find(({ isUsable }) => isUsable);
  const choice =
    first === undefined
      ? 'Nothing here can run containers.'
      : `Taken unless --runtime or FLOTILLA_RUNTIME say otherwise: ${first.runtime}`;
  return `${[...lines, choice].join('\n')}\n`;
}

const titles = { docker: 'Docker', native: 'Native engine' } as const;
