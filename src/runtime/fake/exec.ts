import { untilAborted } from '../../core/until-aborted.ts';
import { Channel } from '../channel.ts';
import type { ExecSession, ExecSpec, OutputChunk } from '../driver.ts';
import { type FakeExec, programFor } from './behaviour.ts';
import { matchesText } from './calls.ts';
import { type FakeContainer, requireRunning } from './model/index.ts';
import type { Supervisor } from './supervisor.ts';
import type { World } from './world.ts';

/** Chunks that the reader of the output, or the process that is written to, may be behind. */
const capacity = 16;

/** Starts a command in a container; what it does is the first of `execs` that is meant for it. */
export function startExec(
  { world, supervisor }: { readonly world: World; readonly supervisor: Supervisor },
  execs: readonly FakeExec[],
  ref: string,
  spec: ExecSpec,
  signal: AbortSignal | undefined,
): { readonly session: ExecSession; readonly output: Channel<OutputChunk> } {
  const container = requireRunning(world.state, ref, 'execute a command in');
  const stdin = new Channel<Uint8Array>({ capacity, signal });
  const output = new Channel<OutputChunk>({ capacity, signal: spec.detach ? undefined : signal });
  if (!spec.stdin) stdin.close();
  const handle = supervisor.execute(
    container,
    {
      command: spec.command,
      environment: [...container.spec.environment, ...spec.environment],
      user: spec.user ?? container.spec.user ?? 'root',
      workingDir: spec.workingDir ?? container.spec.workingDir ?? '/',
      tty: spec.tty,
      stdin,
      size: spec.size,
    },
    (chunk) => (spec.detach ? Promise.resolve() : output.push(chunk)),
  );
  const run = execs.find((exec) => isFor(exec, container, spec.command.join(' ')))?.run;
  const ended = programFor(
    run ?? (async () => 0),
    1,
  )(handle.process)
    .catch(() => (handle.killed.aborted ? 137 : 1))
    .finally(() => {
      handle.kill();
      stdin.close();
      output.close();
    });
  if (spec.detach) output.close();
  return {
    output,
    session: {
      output,
      write: (data) => stdin.push(data),
      end: () => stdin.close(),
      resize: async (size) => handle.resize(size),
      exitCode: async () => {
        if (spec.detach) throw new Error('bug in Flotilla: a detached exec has no exit code');
        return signal === undefined ? ended : untilAborted(ended, signal);
      },
    },
  };
}

function isFor(exec: FakeExec, container: FakeContainer, command: string): boolean {
  const names = [container.name, container.spec.service];
  return names.some((name) => matchesText(exec.container, name)) && matchesText(exec.command, command);
}
