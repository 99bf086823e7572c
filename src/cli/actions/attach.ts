import { FlotillaError } from '../../core/error.ts';
import { serviceName } from '../../core/ids.ts';
import { checkServiceNames, pickContainer } from '../../scheduler/index.ts';
import { chosenDetachKeys } from '../chosen-detach-keys.ts';
import type { CommandContext } from '../command.ts';
import type { attachOptions } from '../commands/attach.ts';
import { loadOrName } from '../load.ts';
import { withSession } from '../session.ts';
import { attach, exitCodeFrom, leftRunning, onImpatience, talkTo } from './attached.ts';

/** Exits with the container's code when it ends, with 0 when it is left running. */
export async function run(context: CommandContext<typeof attachOptions>): Promise<number> {
  const { options, io } = context;
  const detachKeys =
    io.stdout.isTTY || options.detachKeys !== undefined
      ? await chosenDetachKeys(io, options.detachKeys)
      : undefined;
  const { project, projectName } = await loadOrName(context);
  const [service = ''] = context.arguments;
  checkServiceNames(project, [service]);
  return withSession(context, { reports: false }, async (session) => {
    const { driver } = session;
    const container = await pickContainer(session, projectName, serviceName(service), options.index);
    const over = new AbortController();
    try {
      const events = await driver.events({ project: projectName }, over.signal);
      const details = await driver.inspectContainer(container.id, over.signal);
      if (details?.state === 'paused') throw paused(container.name, service);
      const tty = details?.tty === true && io.stdout.isTTY;
      const input = !options.noStdin && details?.stdinOpen === true;
      const streams = await attach(driver, container.id, { input, detachKeys }, over.signal);
      if (options.sigProxy) onImpatience(session, () => over.abort(leftRunning(container.name, service)));
      else session.drain.addEventListener('abort', () => over.abort(session.drain.reason), { once: true });
      const forwardTo = options.sigProxy ? { forwardTo: container.id } : {};
      const end = await talkTo(context, session, { streams, tty, input, detachKeys, ...forwardTo });
      return end === 'left' ? 0 : await exitCodeFrom(events, container.id);
    } finally {
      over.abort(new DOMException('the command is over', 'AbortError'));
    }
  });
}

function paused(name: string, service: string): FlotillaError {
  return new FlotillaError('engine.conflict', `cannot attach to container ${name}: it is paused`, {
    hint: `\`flotilla unpause ${service}\` has it go on.`,
  });
}
