import type { Project } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { type UpPolicy, up } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { upOptions } from '../commands/up.ts';
import { flagFromEnvironment } from '../environment-flags.ts';
import { loadForCommand } from '../load.ts';
import { askOnTerminal } from '../questions.ts';
import { exitCodeOf, withSession } from '../session.ts';
import { checkUpOptions, type UpMode, upMode } from './up-options.ts';
import { targetsOf, withPullPolicy, withScale } from './up-overrides.ts';

export type UpContext = CommandContext<typeof upOptions>;

export async function run(context: UpContext): Promise<number> {
  const { options, io } = context;
  checkUpOptions(options);
  const mode = upMode(options);
  const loaded = await loadForCommand(context, {
    services: context.arguments,
    dependencies: options.noDeps ? 'ignore' : 'include',
  });
  if (loaded.project.services.size === 0) throw noService(loaded.project);
  const project = withPullPolicy(withScale(loaded.project, options.scale), options.pull);
  if (options.build) refuseBuild(project);
  const request = {
    project,
    locate: loaded.locate,
    policy: policyOf(context, project, mode),
  };
  const ask = options.yes ? () => Promise.resolve(true) : askOnTerminal(io);
  const session = { reports: true, ...(ask === undefined ? {} : { ask }) };
  if (mode.kind === 'attached') {
    const { runAttached } = await import('./up-attached.ts');
    return withSession(context, session, (open) => runAttached(context, open, request, mode));
  }
  return withSession(context, session, async (open) => exitCodeOf(await up(open, request), open.interrupts));
}

function policyOf(
  { options, io, arguments: names }: UpContext,
  project: Project,
  mode: UpMode,
): Partial<UpPolicy> {
  const environment = (name: string) => project.environment.get(name) ?? io.environment[name];
  const removeOrphans = options.removeOrphans ?? flagFromEnvironment(environment('COMPOSE_REMOVE_ORPHANS'));
  const ignoreOrphans = flagFromEnvironment(environment('COMPOSE_IGNORE_ORPHANS'));
  if (removeOrphans && ignoreOrphans) {
    throw new FlotillaError('cli.usage', 'cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans', {
      hint: 'Unset one of them.',
    });
  }
  const forced = options.forceRecreate || options.renewAnonVolumes;
  const recreate = options.noRecreate ? 'never' : forced ? 'force' : 'diverged';
  return {
    targets: new Set(names.length === 0 ? [] : targetsOf(project, names)),
    recreate,
    recreateDependencies: options.noRecreate ? 'never' : options.alwaysRecreateDeps ? 'force' : 'diverged',
    renewAnonymousVolumes: options.renewAnonVolumes,
    removeOrphans,
    ignoreOrphans,
    start: !options.noStart,
    wait: mode.kind === 'detached' && mode.wait,
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
    ...(options.waitTimeout === undefined ? {} : { waitTimeoutMs: options.waitTimeout * 1000 }),
  };
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

function refuseBuild(project: Project): void {
  const built = [...project.services.values()].find((service) => service.build !== undefined);
  if (built === undefined) return;
  throw new FlotillaError(
    'image.build-unsupported',
    `service "${built.name}" has to be built, and Flotilla cannot build images yet`,
    { hint: `Build it with \`docker compose build ${built.name}\`, then run this command without --build.` },
  );
}
