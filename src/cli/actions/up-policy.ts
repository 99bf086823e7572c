import type { Project } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import type { UpPolicy } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import { flagFromEnvironment } from '../environment-flags.ts';
import type { UpOptions } from './up-options.ts';
import { targetsOf } from './up-overrides.ts';

/** The options by which `up` and `plan` decide what has to be done. */
export type PolicyOptions = Partial<Pick<UpOptions, 'build' | 'noBuild'>> &
  Pick<
    UpOptions,
    | 'alwaysRecreateDeps'
    | 'forceRecreate'
    | 'noRecreate'
    | 'noStart'
    | 'removeOrphans'
    | 'renewAnonVolumes'
    | 'timeout'
    | 'wait'
    | 'waitTimeout'
  >;

/** Missing images are built unless the flags say otherwise. */
function buildPolicy({ build, noBuild }: PolicyOptions): Pick<UpPolicy, 'build'> {
  if (noBuild === true) return { build: 'never' };
  return build === true ? { build: 'always' } : {};
}

export interface PolicyContext extends Pick<CommandContext, 'io' | 'arguments'> {
  readonly options: PolicyOptions;
}

export function policyOf(
  { options, io, arguments: names }: PolicyContext,
  project: Project,
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
  return {
    targets: new Set(names.length === 0 ? [] : targetsOf(project, names)),
    recreate: options.noRecreate ? 'never' : forced ? 'force' : 'diverged',
    recreateDependencies: options.noRecreate ? 'never' : options.alwaysRecreateDeps ? 'force' : 'diverged',
    renewAnonymousVolumes: options.renewAnonVolumes,
    removeOrphans,
    ignoreOrphans,
    start: !options.noStart,
    ...buildPolicy(options),
    wait: options.wait,
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
    ...(options.waitTimeout === undefined ? {} : { waitTimeoutMs: options.waitTimeout * 1000 }),
  };
}
