import { FlotillaError } from '../../core/error.ts';
import { type OpenWatch, openWatch, type WatchRequest } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { impatientLockOf } from '../project-lock.ts';
import type { CommandSession } from '../session.ts';

/**
 * Has a watch open while `use` is at work. A second one on the project would restart and rebuild everything twice: it is
 * refused with `run.locked`.
 */
export async function withWatch<Result>(
  { io }: Pick<CommandContext, 'io'>,
  session: CommandSession,
  request: WatchRequest,
  use: (watch: OpenWatch) => Promise<Result>,
): Promise<Result> {
  const project = request.project.name;
  const place = { project, endpoint: `${session.driver.endpoint} watch` };
  const held = await impatientLockOf(io)(place, session.drain).catch((error: unknown) => {
    if (!(error instanceof FlotillaError) || error.code !== 'run.locked') throw error;
    throw new FlotillaError('run.locked', error.message, {
      hint: 'It watches the project already. End it with Ctrl+C first.',
    });
  });
  try {
    const watch = await openWatch(session, request);
    try {
      return await use(watch);
    } finally {
      await watch.close();
    }
  } finally {
    await held.release();
  }
}
