import type { Housekeeping } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import { impatientLockOf } from '../../project-lock.ts';
import { type CommandSession, withSession } from '../../session.ts';

/**
 * Connects for a command on what all projects have. It waits for no project: what another command is working on is left
 * alone.
 */
export function withHousekeeping<Result>(
  context: Pick<CommandContext, 'global' | 'io'>,
  use: (housekeeping: Housekeeping, session: CommandSession) => Promise<Result>,
): Promise<Result> {
  return withSession(context, { reports: false }, (session) =>
    use(session.driver.housekeeping, { ...session, lock: impatientLockOf(context.io) }),
  );
}
