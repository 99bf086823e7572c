import { randomBytes } from 'node:crypto';
import type { ContainerId } from '../../../core/ids.ts';
import type { ExecSession, ExecSpec } from '../../driver.ts';
import { requireRecord } from '../containers/find.ts';
import type { ContainerRecord } from '../containers/record.ts';
import type { Engine } from '../engine.ts';
import { remark } from '../events/journal.ts';
import { exec } from './exec.ts';

/**
 * As `Driver.exec`: what is done in a container by hand or by a hook, which events tell in docker's words. Nobody is there
 * to see the end of a detached command.
 */
export async function toldExec(
  engine: Engine,
  container: ContainerId,
  spec: ExecSpec,
  signal: AbortSignal | undefined,
): Promise<ExecSession> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  const session = await exec(engine, container, spec, signal);
  const tellEnd = tellExec(engine, record, spec.command);
  if (spec.detach) return session;
  const told = session.exitCode().then(tellEnd);
  told.catch(() => undefined);
  return {
    ...session,
    exitCode: async () => {
      await told;
      return session.exitCode();
    },
  };
}

/**
 * Tells of a command that has begun in a container, and with what it returns of its end. That it cannot be told, for want
 * of memory say, changes nothing of what the command does, or of what its exit code says.
 */
export function tellExec(
  engine: Engine,
  record: ContainerRecord,
  [program = '', ...words]: readonly string[],
): (exitCode: number) => void {
  const execID = randomBytes(32).toString('hex');
  const command = `${program} ${words.join(' ')}`;
  const tell = (said: string, details: Readonly<Record<string, string>> = {}): void => {
    try {
      remark(engine, record, said, { execID, ...details });
    } catch {
      // Nobody acts on it.
    }
  };
  tell(`exec_create: ${command}`);
  tell(`exec_start: ${command}`);
  return (exitCode) => tell('exec_die', { exitCode: String(exitCode) });
}
