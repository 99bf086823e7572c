import type { Project } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { Operation } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { type CommandSession, exitCodeOf, variablesOf, withSession } from '../session.ts';
import { targetsOf } from './up-overrides.ts';

/** Those that were named, without their dependencies; empty is all that were loaded. */
export function imageTargets(
  project: Project,
  { names, includeDeps }: { readonly names: readonly string[]; readonly includeDeps: boolean },
): ReadonlySet<ServiceName> {
  return new Set(names.length === 0 || includeDeps ? [] : targetsOf(project, names));
}

/** Carries out what a command does to the images of a project; `quiet`: only what goes wrong is told. */
export function runOnImages(
  context: Pick<CommandContext, 'global' | 'io'>,
  { project, quiet }: { readonly project: Project; readonly quiet: boolean },
  carryOut: (session: CommandSession) => Promise<Operation>,
): Promise<number> {
  const global = quiet ? { ...context.global, progress: 'quiet' as const } : context.global;
  return withSession({ ...context, global }, { reports: true, ...variablesOf(project) }, async (session) =>
    exitCodeOf(await carryOut(session), session.interrupts),
  );
}
