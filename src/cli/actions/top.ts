import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, listProcesses } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { loadOrName } from '../load.ts';
import { processTable } from '../output/processes.ts';
import { withSession } from '../session.ts';

export async function run(context: CommandContext): Promise<number> {
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, context.arguments);
  return withSession(context, { reports: false }, async (session) => {
    const services = new Set(context.arguments as readonly ServiceName[]);
    context.io.stdout.write(processTable(await listProcesses(session, { projectName, services })));
    return 0;
  });
}
