import type { Hook, Project, Service } from '../../compose/index.ts';
import type { StepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { hookContainerSpec, stopTimeout } from '../desired/index.ts';
import { existing } from './container-ref.ts';
import { isRunning, ownerOf } from './observed.ts';
import { finalNameOf } from './replicas.ts';
import { type ContainerRef, type HookName, type Step, type StepOf, step } from './steps.ts';

export interface HookPlace {
  /** Begins the ids of the steps: `web/1`, or the name of a container. */
  readonly subject: string;
  readonly container: ContainerRef;
  /** The container's name, for people. */
  readonly name: string;
  readonly needs: readonly StepId[];
  readonly after: readonly StepId[];
  /** For each of them. */
  readonly timeoutMs?: number;
}

/** What of a service its hooks in containers are made from. */
export type Hooked = Pick<Service, 'name' | HookName | 'stop_grace_period'>;

/** The hooks of a kind that a service has, one after the other in one container; the last one is what to wait for. */
export function hookSteps(
  service: Hooked,
  hook: Exclude<HookName, 'pre_start'>,
  place: HookPlace,
): readonly StepOf<'hook.exec'>[] {
  const steps: StepOf<'hook.exec'>[] = [];
  for (const [index, definition] of (service[hook] ?? []).entries()) {
    const before = steps.at(-1);
    steps.push(
      step(
        'hook.exec',
        `${place.subject}/${hook}/${index}`,
        {
          hook,
          index,
          container: place.container,
          service: service.name,
          exec: hookCommand(definition),
          ...(place.timeoutMs === undefined ? {} : { timeoutMs: place.timeoutMs }),
        },
        {
          resource: { type: 'Container', name: place.name },
          reason: `services.${service.name}.${hook}[${index}]`,
          needs: before === undefined ? place.needs : [before.id],
          after: before === undefined ? place.after : [],
          // What shall stop, stops: a hook that fails is told, and holds up neither the stop nor the others.
          onFailure: hook === 'pre_stop' ? 'tolerate' : 'stop',
        },
      ),
    );
  }
  return steps;
}

/**
 * What runs before a container is stopped, each hook for no longer than the container itself would get to end; in one that
 * is paused, or does not run, nothing can.
 */
export function preStopSteps(
  service: Hooked,
  container: ObservedContainer,
  order: Pick<HookPlace, 'needs' | 'after'> & {
    readonly subject?: string;
    /** Of the stop, where it is not the container's own. */
    readonly timeoutSeconds: number | undefined;
  },
): readonly StepOf<'hook.exec'>[] {
  if (!isRunning(container)) return [];
  const name = finalNameOf(container);
  return hookSteps(service, 'pre_stop', {
    subject: order.subject ?? container.name,
    container: existing(container),
    name,
    needs: order.needs,
    after: order.after,
    ...timeLimit(order.timeoutSeconds ?? stopTimeout(service) ?? defaultGraceSeconds),
  });
}

/** What engines give a container that says nothing else. */
const defaultGraceSeconds = 10;

/** A stop without a grace period still leaves a moment to a hook; a negative one waits for ever, as engines take it. */
function timeLimit(seconds: number): Pick<HookPlace, 'timeoutMs'> {
  return seconds < 0 ? {} : { timeoutMs: Math.max(1, seconds) * 1000 };
}

/**
 * Containers that run one after the other before the first replica starts: with the service's networks, and the mounts
 * of its first container, which exists by then.
 */
export function preStartSteps(
  project: Project,
  service: Service,
  needs: readonly StepId[],
  after: readonly StepId[],
): readonly StepOf<'hook.run'>[] {
  const steps: StepOf<'hook.run'>[] = [];
  for (const index of (service.pre_start ?? []).keys()) {
    const before = steps.at(-1);
    const spec = hookContainerSpec(project, service, index);
    steps.push(
      step(
        'hook.run',
        `${service.name}/pre_start/${index}`,
        { index, service: service.name, spec },
        {
          resource: { type: 'Container', name: spec.name },
          reason: `services.${service.name}.pre_start[${index}]`,
          needs: before === undefined ? needs : [before.id],
          after: before === undefined ? after : [],
        },
      ),
    );
  }
  return steps;
}

/** Takes away what a hook that failed, or was interrupted, has left. */
export function leftHookRemoval(container: ObservedContainer): StepOf<'container.remove'> {
  return step(
    'container.remove',
    container.name,
    { container: existing(container), ...ownerOf(container), volumes: true },
    {
      resource: { type: 'Container', name: container.name },
      reason: 'a hook of an earlier run left it',
    },
  );
}

/** The last of some hooks, or else what they would have followed. */
export function lastOf(hooks: readonly Step[], otherwise: readonly StepId[]): readonly StepId[] {
  const last = hooks.at(-1);
  return last === undefined ? otherwise : [last.id];
}

/** What a hook runs in a container, as the driver takes it; a variable without a value is taken away. */
export function hookCommand({
  command,
  user,
  privileged,
  working_dir,
  environment,
}: Hook): StepOf<'hook.exec'>['input']['exec'] {
  return {
    command: command ?? [],
    environment: [...(environment ?? [])].map(([key, value]) => (value === null ? key : `${key}=${value}`)),
    privileged: privileged ?? false,
    ...(user === undefined ? {} : { user }),
    ...(working_dir === undefined ? {} : { workingDir: working_dir }),
  };
}
