import type { Dependency } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { type Step, type StepInputs, step, type WaitCondition } from './steps.ts';

/** What must have happened before a container of a service may start. */
export interface Gate {
  readonly needs: readonly StepId[];
  /** Optional dependencies: they are awaited, but their failure holds nobody up. */
  readonly after: readonly StepId[];
}

/** A service as far as its dependencies go. */
export interface Dependent {
  readonly name: ServiceName;
  readonly depends_on?: ReadonlyMap<ServiceName, Dependency>;
}

export interface GatesInput {
  /** All that may start in this plan. */
  readonly services: readonly Dependent[];
  /** The plan ends with waiting until every service is ready. */
  readonly wait: boolean;
  /** Bounds each wait. */
  readonly waitTimeoutMs?: number;
  /** Where the file says that a service is waited for, and by whom; nothing without a file at hand. */
  readonly positionsOf?: (service: ServiceName, dependent: ServiceName | undefined) => Positions;
}

type Positions = NonNullable<StepInputs['container.wait']['positions']>;

export interface Gates {
  /** Adds the wait steps that the service's dependencies call for; each is shared by all who wait for the same. */
  of(service: Dependent): Gate;
  /** Waits for every service, for `--wait`. */
  addFinalWaits(services: readonly Dependent[]): void;
}

export function createGates(
  input: GatesInput,
  replicas: ReadonlyMap<ServiceName, readonly PlannedReplica[]>,
  steps: Step[],
): Gates {
  const waits = new Set<StepId>();
  const gates = new Map<ServiceName, Gate>();
  const demands = demandsOf(input);
  const finalCondition = (service: Dependent): WaitCondition =>
    demands.expectedToComplete.has(service.name) ? 'completed' : 'ready';

  const addWait = (
    service: ServiceName,
    replica: PlannedReplica,
    until: WaitCondition,
    options: { readonly dependent?: ServiceName; readonly reason: string; readonly tolerated: boolean },
  ): StepId => {
    const subject = `${service}/${replica.number}:${until}`;
    const id = stepId('container.wait', subject);
    if (waits.has(id)) return id;
    waits.add(id);
    const { waitTimeoutMs } = input;
    steps.push(
      step(
        'container.wait',
        subject,
        {
          container: replica.ref,
          service,
          until,
          asDependency: options.dependent !== undefined,
          ...(options.dependent === undefined ? {} : { dependent: options.dependent }),
          ...(input.positionsOf === undefined
            ? {}
            : { positions: input.positionsOf(service, options.dependent) }),
          ...(waitTimeoutMs === undefined ? {} : { timeoutMs: waitTimeoutMs }),
        },
        {
          resource: { type: 'Container', name: replica.ref.name },
          reason: options.reason,
          needs: replica.start === undefined ? [] : [replica.start],
          onFailure: options.tolerated ? 'tolerate' : 'stop',
        },
      ),
    );
    return id;
  };

  const gateFor = (dependent: Dependent, name: ServiceName, dependency: Dependency): readonly StepId[] =>
    (replicas.get(name) ?? []).flatMap((replica) => {
      const until = conditionOf(dependency);
      if (until === undefined) return replica.start === undefined ? [] : [replica.start];
      if (isReached(replica, until)) return [];
      return [
        addWait(name, replica, until, {
          dependent: dependent.name,
          reason: `"${dependent.name}" depends on it: ${dependency.condition}`,
          tolerated: !demands.required.has(`${name}:${until}`),
        }),
      ];
    });

  return {
    of(service) {
      const known = gates.get(service.name);
      if (known !== undefined) return known;
      const needs: StepId[] = [];
      const after: StepId[] = [];
      for (const [name, dependency] of service.depends_on ?? []) {
        (dependency.required ? needs : after).push(...gateFor(service, name, dependency));
      }
      const gate = { needs, after };
      gates.set(service.name, gate);
      return gate;
    },
    addFinalWaits(services) {
      for (const service of services) {
        const until = finalCondition(service);
        for (const replica of replicas.get(service.name) ?? []) {
          if (isReached(replica, until)) continue;
          addWait(service.name, replica, until, {
            reason: 'waiting for it was asked for',
            tolerated: false,
          });
        }
      }
    },
  };
}

/** Undefined for `service_started`: the order of the steps is all that it asks for. */
function conditionOf(dependency: Dependency): WaitCondition | undefined {
  switch (dependency.condition) {
    case 'service_healthy':
      return 'healthy';
    case 'service_completed_successfully':
      return 'completed';
    case 'service_started':
      return undefined;
  }
}

/** Whether a container that this plan does not touch already is what is waited for. */
function isReached({ observed, start }: PlannedReplica, until: WaitCondition): boolean {
  if (observed === undefined || start !== undefined) return false;
  switch (until) {
    case 'healthy':
      return observed.health === 'healthy';
    case 'completed':
      return observed.state === 'exited' && observed.exitCode === 0;
    case 'ready':
      return (
        observed.state === 'running' &&
        (observed.health === 'healthy' || (observed.health === 'none' && !isJustStarted(observed)))
      );
  }
}

/** Whether it is too early to tell that it stays up, by the engine's own sentence: it has the engine's clock. */
function isJustStarted({ status }: ObservedContainer): boolean {
  return /^Up Less than a second/.test(status);
}

interface Demands {
  /** `service:condition` pairs whose failure the run cannot tolerate. */
  readonly required: ReadonlySet<string>;
  /** Services that somebody expects to complete. */
  readonly expectedToComplete: ReadonlySet<ServiceName>;
}

/** What is asked of the project's services: by those that depend on them, and by `--wait`. */
function demandsOf({ services, wait }: GatesInput): Demands {
  const required = new Set<string>();
  const expectedToComplete = new Set<ServiceName>();
  for (const { depends_on } of services) {
    for (const [name, dependency] of depends_on ?? []) {
      const until = conditionOf(dependency);
      if (until === 'completed') expectedToComplete.add(name);
      if (dependency.required || (wait && until === 'completed')) required.add(`${name}:${until}`);
    }
  }
  return { required, expectedToComplete };
}
