import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, containerEvents } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { eventsOptions } from '../commands/events.ts';
import { loadOrName } from '../load.ts';
import { eventJson, eventText } from '../output/events.ts';
import { withSession } from '../session.ts';

export async function run(context: CommandContext<typeof eventsOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, names);
  const format = options.json ? eventJson : eventText;
  return withSession(context, { reports: false }, async (session) => {
    const events = containerEvents(session, {
      projectName,
      services: new Set(names as readonly ServiceName[]),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.until === undefined ? {} : { until: options.until }),
    });
    for await (const event of events) io.stdout.write(format(event));
    return session.interrupts.exitCode() ?? 0;
  });
}
