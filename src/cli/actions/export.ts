import { serviceName } from '../../core/ids.ts';
import { checkServiceNames, exportOf, pickEvenStopped } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { exportOptions } from '../commands/export.ts';
import { loadOrName } from '../load.ts';
import { refuseTerminal, writeArchive } from '../output/write-archive.ts';
import { reporterMode, withSession } from '../session.ts';
import { dryRunPrefix } from './dry-run.ts';

export async function run(context: CommandContext<typeof exportOptions>): Promise<number> {
  const { options, io, global } = context;
  const [service = ''] = context.arguments;
  const place = { io, output: options.output };
  if (!global.dryRun) refuseTerminal(place);
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, [service]);
  return withSession(context, { reports: false }, async (session) => {
    const container = await pickEvenStopped(session, {
      projectName,
      service: serviceName(service),
      ...(options.index === undefined ? {} : { index: options.index }),
    });
    const { name } = container;
    const sentence = `${name} export ${name} to ${options.output ?? 'standard output'}`;
    if (global.dryRun) {
      io.stdout.write(`${dryRunPrefix}${sentence}\n`);
      return 0;
    }
    await writeArchive(place, await exportOf(session, container), session.drain);
    const mode = reporterMode(context);
    if (mode === 'tty' || mode === 'plain') io.stderr.write(` ${sentence}  Exported\n`);
    return session.interrupts.exitCode() ?? 0;
  });
}
