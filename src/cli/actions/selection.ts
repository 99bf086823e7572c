import type { Project, ServiceOverlay } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
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
  /** What the command line says about a service itself. */
  readonly overlay?: ServiceOverlay;
}

/** The project as the command line wants it. */
export async function loadSelection(
  context: Pick<CommandContext, 'global' | 'io'>,
  { services, noDeps, scale, pull, overlay }: Selection,
): Promise<CommandProject> {
  const { project, ...found } = await loadForCommand(context, {
    services,
    dependencies: noDeps ? 'ignore' : 'include',
    ...(overlay === undefined ? {} : { overlay }),
  });
  if (project.services.size === 0) throw noService(project);
  return { project: withPullPolicy(withScale(project, scale), pull), ...found };
}

function noService({ disabledServices }: Project): FlotillaError {
  const off = [...disabledServices.keys()].sort();
  return new FlotillaError('compose.no-service', 'no service selected', {
    hint:
      off.length === 0
        ? 'The Compose file has no services; add one under `services:`.'
        : `All services (${off.join(', ')}) are left out by their profiles; enable one with --profile.`,
  });
}
