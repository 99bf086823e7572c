import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { OutputChunk } from '../../runtime/index.ts';
import type { HookName, StepInputs } from '../plan/index.ts';
import type { HandlerContext } from './options.ts';
import { resolveReferences } from './resolve.ts';
import { Tail } from './tail.ts';
import { untilEnded } from './until-ended.ts';

/** Runs a hook in a container that runs; one that has stopped meanwhile needs none before its stop. */
export async function execHook(
  context: HandlerContext,
  container: ContainerId,
  input: StepInputs['hook.exec'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { driver, clock } = context;
  const tail = new Tail();
  const limit = linkedAbort(signal);
  const late = `${input.service} hook has not ended within ${(input.timeoutMs ?? 0) / 1000}s`;
  if (input.timeoutMs !== undefined) {
    clock.sleep(input.timeoutMs, limit.signal).then(
      () => limit.abort(hookFailure(input, input.container.name, late, tail)),
      () => {},
    );
  }
  try {
    const spec = { ...input.exec, tty: false, stdin: false, detach: false };
    const session = await driver.exec(container, spec, limit.signal);
    await follow(context, input.container.name, session.output, tail);
    const exitCode = await session.exitCode();
    if (exitCode !== 0) throw hookFailure(input, input.container.name, exited(input.service, exitCode), tail);
    return undefined;
  } catch (error) {
    // The engine has no way to end a command; the stop of its container does.
    if (limit.signal.aborted && !signal.aborted) throw limit.signal.reason;
    if (input.hook === 'pre_stop' && isNotRunning(error)) return 'not running';
    throw error;
  } finally {
    limit.abort(new Error('the hook is over'));
  }
}

/** Runs a hook in a container of its own, which goes when it has succeeded and stays to be looked at when not. */
export async function runHook(
  context: HandlerContext,
  input: StepInputs['hook.run'],
  signal: AbortSignal,
): Promise<undefined> {
  const { driver, containerOf, filesOf } = context;
  const id = await driver.createContainer(resolveReferences(input.spec, containerOf), {}, signal);
  const remove = () => driver.removeContainer(id, { force: true, volumes: true });
  // Ends the attached stream too when the start fails.
  const attached = linkedAbort(signal);
  try {
    const files = filesOf(input.service);
    if (files.length > 0) await driver.putFiles(id, files, signal);
    const output = await driver.attach(id, attached.signal);
    await driver.startContainer(id, signal);
    const tail = new Tail();
    await follow(context, input.spec.name, output, tail);
    const exitCode = await untilEnded(context, id, signal);
    if (exitCode !== 0) {
      const why = exited(input.service, exitCode);
      throw hookFailure({ ...input, hook: 'pre_start' }, input.spec.name, why, tail);
    }
  } catch (error) {
    // Nobody would wait for its end any more; it gets its time to end in order.
    if (signal.aborted) {
      await driver
        .stopContainer(id, {})
        .then(remove)
        .catch(() => {});
    }
    throw error;
  } finally {
    attached.abort(new Error('the hook is over'));
  }
  await remove();
  return undefined;
}

async function follow(
  { hookOutput }: HandlerContext,
  name: string,
  output: AsyncIterable<OutputChunk>,
  tail: Tail,
): Promise<void> {
  for await (const chunk of output) {
    tail.add(chunk.data);
    await hookOutput(name, chunk);
  }
}

function exited(service: string, exitCode: number): string {
  return `${service} hook exited with status ${exitCode}`;
}

function hookFailure(
  { hook, index, service }: { readonly hook: HookName; readonly index: number; readonly service: string },
  container: string,
  what: string,
  tail: Tail,
): FlotillaError {
  const lines = tail.lines();
  return new FlotillaError('run.hook', `${what} (${hook}[${index}] in container ${container})`, {
    evidence: [
      lines.length === 0 ? { title: 'it has written nothing', lines } : { title: 'its last output:', lines },
    ],
    hint: hints[hook](service, container),
  });
}

const hints: Readonly<Record<HookName, (service: string, container: string) => string>> = {
  pre_start: (_, container) =>
    `Its container is kept until the next \`up\` or \`down\`: \`docker logs ${container}\` has all of its output.`,
  post_start: (service) =>
    `Try it yourself: \`flotilla exec ${service} sh\`. The next \`up\` does not repeat it; \`flotilla restart ${service}\` does.`,
  pre_stop: () =>
    'The container was stopped all the same. A hook has as long as the stop itself: stop_grace_period, or -t.',
};

/** What the engine says when nothing can be run in a container, or be sent to it, any more. */
export function isNotRunning(error: unknown): boolean {
  return error instanceof FlotillaError && ['engine.conflict', 'run.container-missing'].includes(error.code);
}
