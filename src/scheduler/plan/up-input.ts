import type { FileContents, LoadResult, Project } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { BuildOptions } from '../../images/index.ts';
import type { ObservedState } from '../../runtime/index.ts';

export interface UpInput {
  readonly project: Project;
  readonly observed: ObservedState;
  readonly policy: UpPolicy;
  /** What is in the files of configs and secrets; unless given, nothing is known of them. */
  readonly contents?: FileContents;
  /** When the state was observed; Unix time in milliseconds. */
  readonly now: number;
  /** Gives diagnostics their position in the files. */
  readonly locate: LoadResult['locate'];
  /** Services that get variables from providers which have not run yet: what they had is taken for what they get. */
  readonly awaiting?: ReadonlySet<ServiceName>;
}

/** When containers that exist are replaced. */
export type RecreatePolicy = 'diverged' | 'force' | 'never';

export interface UpPolicy {
  /** Services named on the command line; empty is all. The others are dependencies. */
  readonly targets: ReadonlySet<ServiceName>;
  readonly recreate: RecreatePolicy;
  readonly recreateDependencies: RecreatePolicy;
  /** Give recreated containers fresh anonymous volumes. */
  readonly renewAnonymousVolumes: boolean;
  readonly removeOrphans: boolean;
  readonly ignoreOrphans: boolean;
  /** False only creates. */
  readonly start: boolean;
  /** In the place of its service; what that depends on is brought up. */
  readonly oneOff?: OneOff;
  /** Grace period for containers that are replaced or removed; absent: each one's own. */
  readonly timeoutSeconds?: number;
  /** End the run with waiting until every service is ready. */
  readonly wait: boolean;
  /** Bounds each wait. */
  readonly waitTimeoutMs?: number;
  /** Which images are built: those that are missing, or whose pull policy says so; none at all; or all that can be. */
  readonly build?: 'missing' | 'never' | 'always';
  /** What the command line says about all builds. */
  readonly buildOptions?: BuildOptions;
  /** Image references that were pulled or built just before this plan. */
  readonly pulled: ReadonlySet<string>;
  /** Ids of the questions that the user said yes to. */
  readonly approvals: ReadonlySet<string>;
  /** Ids of the questions that the user said no to: what exists stays. */
  readonly refusals: ReadonlySet<string>;
}

/** A container that runs once beside the replicas of its service, which stay as they are. */
export interface OneOff {
  readonly service: ServiceName;
  /** The container's. */
  readonly name: string;
  /** 64 hexadecimal digits that tell it from all others, as docker compose labels it. */
  readonly slug: string;
  /** The networks know it by the names of its service, too. */
  readonly aliases: boolean;
  /** The engine removes it when it has ended. */
  readonly autoRemove: boolean;
}

export function recreatePolicyOf(policy: UpPolicy, service: ServiceName): RecreatePolicy {
  return policy.targets.size === 0 || policy.targets.has(service)
    ? policy.recreate
    : policy.recreateDependencies;
}
