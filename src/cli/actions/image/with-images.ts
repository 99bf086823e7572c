import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { ImageVerbs } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import { type CommandSession, withSession } from '../../session.ts';

/** Connects for a command on images; `engine.capability` where the engine has commands of its own for them. */
export function withImages<Result>(
  context: Pick<CommandContext, 'global' | 'io'>,
  use: (images: ImageVerbs, session: CommandSession) => Promise<Result>,
): Promise<Result> {
  return withSession(context, { reports: false }, async (session) => {
    const { images, endpoint } = session.driver;
    if (images !== undefined) return use(images, session);
    throw new FlotillaError(
      'engine.capability',
      `the images of the engine at ${endpoint} are looked after by docker`,
      {
        hint: 'Use `docker image …`, or the images of the native engine with `--runtime native`.',
      },
    );
  });
}

export function noSuchImage(reference: string): FlotillaError {
  return new FlotillaError('image.not-found', `there is no image ${quote(reference)} on this machine`, {
    hint: '`flotilla image ls` lists those that are.',
  });
}

/** Of several failures each is told; the first gives the code. */
export function joined(failures: readonly FlotillaError[]): FlotillaError | undefined {
  const [first, ...others] = failures;
  if (first === undefined || others.length === 0) return first;
  const message = failures.map((failure) => failure.message).join('; ');
  return new FlotillaError(first.code, message, first.hint === undefined ? {} : { hint: first.hint });
}
