import { FlotillaError } from '../../core/error.ts';
import { type ServiceName, serviceName } from '../../core/ids.ts';
import type { ExecSession } from '../../runtime/index.ts';
import { checkServiceNames, pickContainer } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { execOptions } from '../commands/exec.ts';
import type { Io } from '../io.ts';
import { loadOrName } from '../load.ts';
import { type CommandSession, withSession } from '../session.ts';
import { followTerminalSize, terminalSize, withRawTerminal } from '../terminal.ts';

type ExecContext = CommandContext<typeof execOptions>;

/** Exits with the command's own code. */
export async function run(context: ExecContext): Promise<number> {
  const { project, projectName } = await loadOrName(context);
  const [service = '', ...command] = context.arguments;
  if (project !== undefined) checkServiceNames(project, [service]);
  return withSession(context, { reports: false }, async (session) => {
    const container = await pickContainer(
      session,
      projectName,
      serviceName(service) as ServiceName,
      context.options.index,
    );
    const tty = wantsTerminal(context);
    const { options, io } = context;
    const size = tty ? terminalSize(io.stdout) : undefined;
    const exec = await session.driver.exec(
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
      },
      session.drain,
    );
    if (options.detach) return 0;
    if (!tty) return converse(context, session, exec);
    return withRawTerminal(io, async () => {
      const forget = followTerminalSize(io, io.stdout, (size) => {
        // The command may end while its terminal is resized; that is no failure of either.
        exec.resize(size).catch(() => {});
      });
      try {
        return await converse(context, session, exec);
      } finally {
        forget();
      }
    });
  });
}

/** Copies both ways until the command ends; its end of input is not awaited, a person may never send one. */
async function converse(
  { io, options }: ExecContext,
  session: CommandSession,
  exec: ExecSession,
): Promise<number> {
  const input = options.interactive ? pumpInput(io, exec) : undefined;
  try {
    for await (const { stream, data } of exec.output) {
      (stream === 'stdout' ? io.stdout : io.stderr).write(data);
    }
    return session.interrupts.exitCode() ?? (await exec.exitCode());
  } finally {
    input?.();
  }
}

/** Starts copying standard input into the command; the returned function ends that. */
function pumpInput(io: Io, exec: ExecSession): () => void {
  const stdin = io.stdin.stream();
  const onData = (data: Buffer): void => {
    stdin.pause();
    exec.write(data).then(
      () => stdin.resume(),
      // The command has ended and reads no more; its exit code tells the rest.
      () => {},
    );
  };
  const onEnd = (): void => exec.end();
  stdin.on('data', onData);
  stdin.on('end', onEnd);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.off('end', onEnd);
    stdin.pause();
    stdin.destroy();
  };
}

/** A terminal unless -T says no; docker compose leaves it away when standard output is none. */
function wantsTerminal({ options, io }: ExecContext): boolean {
  if (options.detach) return false;
  const wanted = options.noTty === undefined ? options.tty && io.stdout.isTTY : !options.noTty;
  if (wanted && options.interactive && !io.stdin.isTTY) {
    if (options.noTty === undefined) return false;
    throw new FlotillaError('cli.usage', 'the input device is not a TTY', {
      hint: 'Leave --no-tty=false away, or give the command a terminal.',
    });
  }
  return wanted;
}

/** `KEY` alone takes the value of the caller's environment, and is left out when there is none. */
function environmentEntry(entry: string, io: Io): readonly string[] {
  if (entry.includes('=')) return [entry];
  const value = io.environment[entry];
  return value === undefined ? [] : [`${entry}=${value}`];
}
