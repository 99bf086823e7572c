import { FlotillaError } from '../../core/error.ts';
import type { BuildSpec } from '../../images/index.ts';
import type { StepInputs } from '../plan/index.ts';
import { environmentOf, type HandlerCall } from './handler-call.ts';

/** Pulls; where that fails and the plan knows what to do then, does that, warns, and says how it ended. */
export async function pullOrElse(
  { reference, platform, otherwise }: StepInputs['image.pull'],
  call: HandlerCall,
): Promise<string | undefined> {
  const { context, signal, progress, note, say } = call;
  try {
    const credentials = await context.credentialsFor(reference);
    await context.driver.pullImage(
      reference,
      {
        onProgress: progress,
        ...(platform === undefined ? {} : { platform }),
        ...(credentials === undefined ? {} : { credentials }),
      },
      signal,
    );
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (otherwise === undefined || !isAboutTheImage(error)) throw error;
    if (otherwise.kind === 'keep') {
      const message = `${error.message}; the one that is here is used`;
      note(otherwise.service, { path: ['image'], message, code: 'image.pull' });
      return 'not pulled';
    }
    say(`${error.message}; it is built`);
    await buildImage(otherwise.spec, call);
    return 'built';
  }
}

export async function buildImage(spec: BuildSpec, { context, signal, say }: HandlerCall): Promise<void> {
  await context.driver.buildImage(
    spec,
    { environment: environmentOf(context), credentialsFor: context.credentialsFor, onLine: say },
    signal,
  );
}

function isAboutTheImage(error: unknown): error is FlotillaError {
  return error instanceof FlotillaError && error.code.startsWith('image.');
}
