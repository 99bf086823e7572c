import type { Diagnostic, SourceRange } from '../../core/diagnostic.ts';
import { type ContainerId, type ProjectName, type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import type { BuildSpec } from '../../images/index.ts';
import type { NetworkSpec } from '../../network/index.ts';
import type { ContainerSpec, ExecSpec } from '../../runtime/index.ts';
import type { InheritableVolume, VolumeSpec } from '../../volumes/index.ts';
import type { ResourceName, UnchangedResource } from '../events.ts';

/** What each kind of step is given. The step union, its constructor and the table of handlers derive from this. */
export interface StepInputs {
  'network.create': { readonly spec: NetworkSpec };
  'network.remove': { readonly name: string };
  'network.disconnect': { readonly container: ContainerRef; readonly network: string };
  'volume.create': { readonly spec: VolumeSpec };
  'volume.remove': { readonly name: string };
  /** The content is not in the plan; it is put together when the step runs. */
  'volume.fill': { readonly spec: VolumeSpec; readonly service: ServiceName; readonly image: string };
  'image.pull': {
    readonly reference: string;
    readonly platform?: string;
    /** When that fails: it is built, or what is here is good enough. Absent: it has to be pulled. */
    readonly otherwise?:
      | { readonly kind: 'build'; readonly spec: BuildSpec }
      | { readonly kind: 'keep'; readonly service: ServiceName };
  };
  'image.build': { readonly spec: BuildSpec };
  'image.push': { readonly reference: string; readonly service: ServiceName };
  'image.remove': { readonly reference: string };
  'container.create': ContainerCreation;
  'container.start': {
    readonly container: ContainerRef;
    readonly service: ServiceName;
    /** Where mounts of a container that exists are: nothing can be put over them. */
    readonly mounted?: readonly string[];
  };
  /** Puts the present content of configs and secrets into a running container and tells it with a signal. */
  'container.signal': {
    readonly container: ContainerRef;
    readonly service: ServiceName;
    readonly signal: string;
  };
  'container.pause': { readonly container: ContainerRef };
  'container.unpause': { readonly container: ContainerRef };
  /** Sends a signal and nothing else. */
  'container.kill': { readonly container: ContainerRef; readonly signal: string };
  'container.wait': {
    readonly container: ContainerRef;
    readonly service: ServiceName;
    readonly until: WaitCondition;
    /** Absent: as long as it takes. */
    readonly timeoutMs?: number;
    /** Whether other services wait for this one: it decides the words of a failure. */
    readonly asDependency: boolean;
    /** The first of them. */
    readonly dependent?: ServiceName;
    /** Where the settings stand that a failure has to do with. */
    readonly positions?: { readonly dependsOn?: SourceRange; readonly healthcheck?: SourceRange };
  };
  'container.stop': {
    readonly container: ContainerRef;
    /** Absent for a container that belongs to none. */
    readonly service?: ServiceName;
    readonly timeoutSeconds?: number;
  };
  'container.remove': {
    readonly container: ContainerRef;
    readonly service?: ServiceName;
    readonly volumes: boolean;
  };
  'container.rename': {
    readonly container: ContainerRef;
    readonly service: ServiceName;
    readonly name: string;
  };
  /** A hook in a container of the service. */
  'hook.exec': {
    readonly hook: Exclude<HookName, 'pre_start'>;
    /** In the list of the service. */
    readonly index: number;
    readonly container: ContainerRef;
    readonly service: ServiceName;
    readonly exec: Pick<ExecSpec, 'command' | 'environment' | 'user' | 'workingDir' | 'privileged'>;
    /** How long it may take; absent: as long as it takes. */
    readonly timeoutMs?: number;
  };
  /** A hook in a container of its own. */
  'hook.run': { readonly index: number; readonly service: ServiceName; readonly spec: ContainerSpec };
  'provider.up': ProviderInput;
  'provider.down': ProviderInput;
  'provider.stop': ProviderInput;
  /** A model that a program outside of the engine serves. */
  'model.prepare': {
    /** Its key in the file. */
    readonly name: string;
    readonly model: string;
    readonly contextSize?: number;
    readonly runtimeFlags: readonly string[];
  };
}

/** A service that a program outside of the engine provides. */
export interface ProviderInput {
  readonly service: ServiceName;
  readonly type: string;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

export type HookName = 'pre_start' | 'post_start' | 'pre_stop';

export interface ContainerCreation {
  /** `service:x` references are resolved when the step runs, because the run itself may make x. */
  readonly spec: ContainerSpec;
  /** Name to create it under; it differs from the spec's while its predecessor is still there. */
  readonly as: string;
  readonly inherit: readonly InheritableVolume[];
  /** Absent when the hash depends on containers that the run makes. */
  readonly hash?: string;
  /** Value of the image label; absent when the image is not here yet. */
  readonly imageDigest?: string;
}

/**
 * - `healthy`: its health check passes.
 * - `completed`: it has exited with 0.
 * - `ready`: healthy when it has a health check, else it has stayed up for half a second; a one-shot without restart may
 *   also have exited with 0.
 */
export type WaitCondition = 'healthy' | 'completed' | 'ready';

export type ContainerRef =
  | { readonly kind: 'existing'; readonly id: ContainerId; readonly name: string }
  /** Made by a step of the same plan. */
  | { readonly kind: 'created'; readonly by: StepId; readonly name: string };

export type StepKind = keyof StepInputs;
export type Step = { readonly [Kind in StepKind]: StepOf<Kind> }[StepKind];

export interface StepOf<Kind extends StepKind> {
  readonly id: StepId;
  readonly kind: Kind;
  readonly input: StepInputs[Kind];
  readonly resource: ResourceName;
  /** Why the step is there, naming the field or the observation. */
  readonly reason: string;
  /** Steps that must have succeeded. */
  readonly needs: readonly StepId[];
  /** Steps that must have settled, however they ended. */
  readonly after: readonly StepId[];
  /** `fail-alone`: the run fails, and steps that can do without this one go on. */
  readonly onFailure: 'stop' | 'tolerate' | 'fail-alone';
}

export interface StepDetails {
  readonly resource: ResourceName;
  readonly reason: string;
  readonly needs?: Iterable<StepId>;
  readonly after?: Iterable<StepId>;
  readonly onFailure?: Step['onFailure'];
}

export function step<Kind extends StepKind>(
  kind: Kind,
  subject: string,
  input: StepInputs[Kind],
  details: StepDetails,
): StepOf<Kind> {
  return {
    id: stepId(kind, subject),
    kind,
    input,
    resource: details.resource,
    reason: details.reason,
    needs: [...new Set(details.needs)],
    after: [...new Set(details.after)],
    onFailure: details.onFailure ?? 'stop',
  };
}

/** The steps of one run, in a stable order. Pure data: the same inputs give the same bytes. */
export interface Plan {
  readonly command: string;
  readonly project: ProjectName;
  readonly steps: readonly Step[];
  readonly unchanged: readonly UnchangedResource[];
  /** The existing containers that `service:x` references of the plan mean, unless a step makes another one. */
  readonly references: readonly ServiceReference[];
  /** Warnings to show, and errors that forbid the run. */
  readonly diagnostics: readonly Diagnostic[];
  /** What must be answered before destructive steps join the plan. */
  readonly questions: readonly Question[];
}

/** The lowest-numbered replica of a service: it stands for the service where one container is meant. */
export interface ServiceReference {
  readonly service: ServiceName;
  readonly number: number;
  readonly container: ContainerId;
}

export interface Question {
  /** Given back as an approval: `volume.recreate:data`. */
  readonly id: string;
  readonly message: string;
}
