import { serviceName } from '../../core/ids.ts';
import { checkServiceNames, commit, pickEvenStopped } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { commitOptions } from '../commands/commit.ts';
import { loadOrName } from '../load.ts';
import { reporterMode, withSession } from '../session.ts';
import { dryRunPrefix } from './dry-run.ts';

export async function run(context: CommandContext<typeof commitOptions>): Promise<number> {
  const { options, io, global } = context;
  const [service = '', reference] = context.arguments;
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, [service]);
  return withSession(context, { reports: false }, async (session) => {
    const container = await pickEvenStopped(session, {
      projectName,
      service: serviceName(service),
      ...(options.index === undefined ? {} : { index: options.index }),
    });
    const sentence = `${container.name} Commit ${container.name}${reference === undefined ? '' : ` to ${reference}`}`;
    if (global.dryRun) {
      io.stdout.write(`${dryRunPrefix}${sentence}\n`);
      return 0;
    }
    const { author, change: changes, message, pause } = options;
    const id = await commit(session, container, {
      changes,
      pause,
      ...(reference === undefined ? {} : { reference }),
      ...(author === undefined ? {} : { author }),
      ...(message === undefined ? {} : { message }),
    });
    const mode = reporterMode(context);
    if (mode === 'tty' || mode === 'plain') io.stderr.write(` ${sentence}  Committed as ${id}\n`);
    return session.interrupts.exitCode() ?? 0;
  });
}
