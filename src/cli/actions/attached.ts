import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import type { Driver, EngineEvent, InputSession } from '../../runtime/index.ts';
import type { CommandContext } from '../command.ts';
import { converse } from '../conversation.ts';
import { formatDetachKeys, type KeySequence } from '../detach-keys.ts';
import type { SignalName } from '../io.ts';
import type { CommandSession } from '../session.ts';
import { followTerminalSize, withRawTerminal } from '../terminal.ts';

/** The streams of a container; what is written goes nowhere when it takes no input. */
export async function attach(
  driver: Driver,
  id: ContainerId,
  { input, detachKeys }: Pick<Talk, 'input' | 'detachKeys'>,
  signal: AbortSignal,
): Promise<InputSession> {
  if (input)
    return driver.attachInput(
      id,
      signal,
      detachKeys === undefined ? undefined : formatDetachKeys(detachKeys),
    );
  const output = await driver.attach(id, signal);
  return { output, write: async () => {}, end: () => {}, resize: async () => {} };
}

export interface Talk {
  readonly streams: InputSession;
  readonly tty: boolean;
  /** Standard input is passed on. */
  readonly input: boolean;
  /** What a person types to leave a terminal. */
  readonly detachKeys: KeySequence | undefined;
  /** Who hears of the signals that this process gets; absent: nobody. */
  readonly forwardTo?: ContainerId | undefined;
}

/** Copies both ways between the terminal, or the pipes, and a container, until that ends or the person leaves. */
export async function talkTo(
  { io }: Pick<CommandContext, 'io'>,
  session: CommandSession,
  { streams, tty, input, forwardTo, detachKeys }: Talk,
): Promise<'ended' | 'left'> {
  const stopForwarding = forwardTo === undefined ? () => {} : forwardSignals(io, session, forwardTo);
  const talk = (): Promise<'ended' | 'left'> =>
    converse(io, streams, {
      input,
      ...(tty ? { detachKeys } : {}),
      beforeWrite: session.makeRoom,
    });
  try {
    session.makeRoom();
    // Who only looks keeps a terminal that Ctrl+C works in.
    if (!tty || !input) return await talk();
    return await withRawTerminal(io, async () => {
      const forget = followTerminalSize(io, io.stdout, (size) => {
        // The program may end while its terminal is resized; that is no failure of either.
        streams.resize(size).catch(() => {});
      });
      try {
        return await talk();
      } finally {
        forget();
      }
    });
  } finally {
    stopForwarding();
  }
}

const forwarded = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
] as const satisfies readonly SignalName[];

/** What this process is told, the program is told: it decides what becomes of it. */
function forwardSignals(
  io: CommandContext['io'],
  { driver }: CommandSession,
  container: ContainerId,
): () => void {
  const undo = forwarded.map((name) =>
    io.onSignal(name, () => {
      // It may have ended just now.
      driver.killContainer(container, name).catch(() => {});
    }),
  );
  return () => {
    for (const stop of undo) stop();
  };
}

/** As many signals as docker passes on before it leaves a program alone that hears none. */
const patience = 3;

/** Calls back when somebody has pressed Ctrl+C so often that waiting for the program is no use. */
export function onImpatience({ interrupts }: CommandSession, leave: () => void): void {
  interrupts.onInterrupt((count) => {
    if (count === patience) leave();
  });
}

export function leftRunning(name: string, service = ''): FlotillaError {
  return new FlotillaError('run.cancelled', `left container ${name}, which does not end`, {
    hint: `It goes on running. \`flotilla kill ${service}\` ends it at once, with the other containers of the service.`,
    exitCode: 130,
  });
}

/** Heard, and not looked up: a container that is removed at its end cannot be asked any more. */
export async function exitCodeFrom(
  events: AsyncIterable<EngineEvent>,
  id: ContainerId | undefined,
): Promise<number> {
  for await (const { action, container, exitCode } of events) {
    if (action === 'die' && container === id) return exitCode ?? 0;
  }
  throw new FlotillaError('engine.lost', 'the engine does not tell any more what becomes of the container');
}
