import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, type DownRequest, down, waitForEnds } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { waitOptions } from '../commands/wait.ts';
import { loadOrName } from '../load.ts';
import { exitCodeOf, variablesOf, withSession } from '../session.ts';

/** Exits with the code of the container that ended last. */
export async function run(context: CommandContext<typeof waitOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const { project, projectName, locate } = await loadOrName(context);
  checkServiceNames(project, names);
  const reports = options.downProject;
  return withSession(context, { reports, ...variablesOf(project) }, async (session) => {
    let last = 0;
    const services = new Set(names as readonly ServiceName[]);
    for await (const { container, exitCode } of waitForEnds(session, { projectName, services })) {
      io.stdout.write(`container "${container.id}" exited with status code ${exitCode}\n`);
      last = exitCode;
    }
    const interrupted = session.interrupts.exitCode();
    if (interrupted !== undefined) return interrupted;
    if (!options.downProject) return last;
    const policy: DownRequest['policy'] = { removeOrphans: true };
    const request: DownRequest =
      project === undefined
        ? { projectName, policy }
        : { project, ...(locate === undefined ? {} : { locate }), policy };
    return exitCodeOf(await down(session, request), session.interrupts) || last;
  });
}
