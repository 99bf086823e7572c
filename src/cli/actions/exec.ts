import { type ServiceName, serviceName } from '../../core/ids.ts';
import { byName, checkServiceNames, pickContainer } from '../../scheduler/index.ts';
import { chosenDetachKeys } from '../chosen-detach-keys.ts';
import type { CommandContext } from '../command.ts';
import type { execOptions } from '../commands/exec.ts';
import { converse } from '../conversation.ts';
import { formatDetachKeys } from '../detach-keys.ts';
import type { Io } from '../io.ts';
import { loadOrName } from '../load.ts';
import { withSession } from '../session.ts';
import { followTerminalSize, terminalSize, wantsTerminal, withRawTerminal } from '../terminal.ts';

type ExecContext = CommandContext<typeof execOptions>;

/** Exits with the command's own code. */
export async function run(context: ExecContext): Promise<number> {
  const { project, projectName } = await loadOrName(context);
  const [service = '', ...command] = context.arguments;
  checkServiceNames(project, [service]);
  const { options, io } = context;
  const tty = wantsTerminal(options, io);
  const detachKeys = tty && options.interactive ? await chosenDetachKeys(io) : undefined;
  return withSession(context, { reports: false }, async (session) => {
    const container = await pickContainer(
      session,
      projectName,
      serviceName(service) as ServiceName,
      context.options.index,
    );
    const size = tty ? terminalSize(io.stdout) : undefined;
    const running = session.driver.exec(
      container.id,
      {
        command,
        environment: options.env.flatMap((entry) => environmentEntry(entry, io)),
        privileged: options.privileged,
        tty,
        stdin: !options.detach && options.interactive,
        detach: options.detach,
        ...(options.user === undefined ? {} : { user: options.user }),
        ...(options.workdir === undefined ? {} : { workingDir: options.workdir }),
        ...(size === undefined ? {} : { size }),
        ...(detachKeys === undefined ? {} : { leave: formatDetachKeys(detachKeys) }),
      },
      session.drain,
    );
    const exec = await running.catch((error: unknown) => {
      throw byName(error, container);
    });
    if (options.detach) return 0;
    const ended = async (): Promise<number> => {
      const keys = exec.canBeLeft === true ? { detachKeys } : {};
      if ((await converse(io, exec, { input: options.interactive, ...keys })) === 'left') return 0;
      return session.interrupts.exitCode() ?? (await exec.exitCode());
    };
    if (!tty) return ended();
    return withRawTerminal(io, async () => {
      const forget = followTerminalSize(io, io.stdout, (size) => {
        // The command may end while its terminal is resized; that is no failure of either.
        exec.resize(size).catch(() => {});
      });
      try {
        return await ended();
      } finally {
        forget();
      }
    });
  });
}

/** `KEY` alone takes the value of the caller's environment, and is left out when there is none. */
function environmentEntry(entry: string, io: Io): readonly string[] {
  if (entry.includes('=')) return [entry];
  const value = io.environment[entry];
  return value === undefined ? [] : [`${entry}=${value}`];
}
