import type { CommandContext } from '../command.ts';
import { type CommandProject, loadForCommand } from '../load.ts';
import { withPullPolicy, withScale } from './up-overrides.ts';

/** What the command line makes of the files before anything is planned. */
export interface Selection {
  /** Empty: all. */
  readonly services: readonly string[];
  readonly noDeps: boolean;
  /** `web=3` */
  readonly scale: readonly string[];
  readonly pull: string;
}

/** The project as the command line wants it. */
export async function loadSelection(
  context: Pick<CommandContext, 'global' | 'io'>,
  { services, noDeps, scale, pull }: Selection,
): Promise<CommandProject> {
  const { project, ...found } = await loadForCommand(context, {
    services,
    dependencies: noDeps ? 'ignore' : 'include',
  });
  return { project: withPullPolicy(withScale(project, scale), pull), ...found };
}
