import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import { linkedAbort } from '../../core/linked-abort.ts';
import type { OutputChunk } from '../../runtime/index.ts';
import type { StepInputs } from '../plan/index.ts';
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
  const { driver } = context;
  try {
    const spec = { ...input.exec, tty: false, stdin: false, detach: false };
    const session = await driver.exec(container, spec, signal);
    const tail = await follow(context, input.container.name, session.output);
    const exitCode = await session.exitCode();
    if (exitCode !== 0) throw hookFailure(input, input.container.name, exitCode, tail);
    return undefined;
  } catch (error) {
    if (input.hook === 'pre_stop' && isNotRunning(error)) return 'not running';
    throw error;
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
    const tail = await follow(context, input.spec.name, output);
    const exitCode = await untilEnded(context, id, signal);
    if (exitCode !== 0) {
      throw hookFailure({ ...input, hook: 'pre_start' }, input.spec.name, exitCode, tail);
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
): Promise<Tail> {
  const tail = new Tail();
  for await (const chunk of output) {
    tail.add(chunk.data);
    await hookOutput(name, chunk);
  }
  return tail;
}

function hookFailure(
  {
    hook,
    index,
    service,
  }:
    | Pick<StepInputs['hook.exec'], 'hook' | 'index' | 'service'>
    | { readonly hook: 'pre_start'; readonly index: number; readonly service: string },
  container: string,
  exitCode: number,
  tail: Tail,
): FlotillaError {
  const lines = tail.lines();
  return new FlotillaError(
    'run.hook',
    `${service} hook exited with status ${exitCode} (${hook}[${index}] in container ${container})`,
    {
      evidence: [
        lines.length === 0
          ? { title: 'it has written nothing', lines }
          : { title: 'its last output:', lines },
      ],
      hint:
        hook === 'pre_start'
          ? `Its container is kept until the next \`up\` or \`down\`: \`docker logs ${container}\` has all of its output.`
          : hook === 'post_start'
            ? `Try it yourself: \`flotilla exec ${service} sh\`. The next \`up\` does not repeat it; \`flotilla restart ${service}\` does.`
            : `Try it yourself: \`flotilla exec ${service} sh\`.`,
    },
  );
}

function isNotRunning(error: unknown): boolean {
  return error instanceof FlotillaError && ['engine.conflict', 'run.container-missing'].includes(error.code);
}
