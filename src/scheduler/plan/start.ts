import type { FileContents, Project } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ProjectName, ServiceName, StepId } from '../../core/ids.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { replicaCount } from '../desired/index.ts';
import { existing, mountedIn } from './container-ref.ts';
import { noteSteps } from './content.ts';
import { type ExistingService, existingServices, reachedServices } from './dependencies.ts';
import { createGates } from './gates.ts';
import { hookSteps, lastOf } from './hooks.ts';
import { replicaNumber, serviceOf, staysUp } from './observed.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface StartInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known. */
  readonly project?: Project;
  readonly observed: Pick<ObservedState, 'containers'> & Partial<Pick<ObservedState, 'volumes'>>;
  /** What is in the files of configs and secrets; unless given, nothing is known of them. */
  readonly contents?: FileContents;
  /** Empty is all; else these and what they depend on. */
  readonly services: ReadonlySet<ServiceName>;
  /** End with waiting until every service is ready. */
  readonly wait: boolean;
  /** Bounds each wait. */
  readonly waitTimeoutMs?: number;
}

/** Starts containers that exist, each when what it depends on is ready. */
export function planStart(input: StartInput): Plan {
  const { observed, project, services: named } = input;
  const services = reachedServices(existingServices(observed.containers, project), named, (service) =>
    service.depends_on.keys(),
  );
  return {
    command: 'start',
    project: input.projectName,
    steps: startSteps(services, {
      ...input,
      project,
      reason: () => 'start was asked for',
      stopOf: () => undefined,
      notesOf: (container, started) => startNotes(input, container, started),
    }),
    unchanged: [],
    references: [],
    diagnostics: withoutContainers(services, named, project).map(nothingToStart),
    questions: [],
  };
}

/** A start puts the present content of configs and secrets into the container, which the next `up` has to know. */
export function startNotes(
  { project, contents, observed }: Pick<StartInput, 'project' | 'contents' | 'observed'>,
  container: ObservedContainer,
  started: StepId,
): readonly Step[] {
  const service = project?.services.get(serviceOf(container) ?? ('' as ServiceName));
  if (project === undefined || service === undefined) return [];
  const input = {
    project,
    observed: { volumes: observed.volumes ?? [] },
    ...(contents === undefined ? {} : { contents }),
  };
  return noteSteps(input, service, container, started);
}

export interface StartStepsOptions extends Pick<StartInput, 'wait' | 'waitTimeoutMs'> {
  /** Its services' `post_start` hooks run after the start. */
  readonly project: Project | undefined;
  readonly reason: (service: ServiceName) => string;
  /** The step that stops a running container before; one without such a step is left running. */
  readonly stopOf: (container: ObservedContainer) => StepId | undefined;
  /** What has to be noted of a container once it is started. */
  readonly notesOf: (container: ObservedContainer, started: StepId) => readonly Step[];
}

/** The starts of services, given behind those that they depend on, and the waits in between. */
export function startSteps(
  services: readonly ExistingService[],
  options: StartStepsOptions,
): readonly Step[] {
  const steps: Step[] = [];
  const replicas = new Map<ServiceName, readonly PlannedReplica[]>();
  const gates = createGates({ ...options, services }, replicas, steps);
  for (const service of services) {
    const numbers = new Set<number>();
    let lastHook: readonly StepId[] = [];
    replicas.set(
      service.name,
      service.containers.map((container): PlannedReplica => {
        const number = replicaNumber(container);
        const replica = { number, ref: existing(container), observed: container };
        const stop = options.stopOf(container);
        if (stop === undefined && staysUp(container)) return replica;
        const gate = gates.of(service);
        // Two of one number are none of our making; a plan has each of its steps once all the same.
        const twin = numbers.has(number) ? `~${container.id.slice(0, 12)}` : '';
        numbers.add(number);
        const definition = options.project?.services.get(service.name);
        const start = step(
          'container.start',
          `${service.name}/${number}${twin}`,
          { container: replica.ref, service: service.name, ...mountedIn(container, definition) },
          {
            resource: { type: 'Container', name: container.name },
            reason: options.reason(service.name),
            needs: [...(stop === undefined ? [] : [stop]), ...gate.needs],
            after: gate.after,
          },
        );
        const hooks =
          definition === undefined || container.state === 'paused'
            ? []
            : hookSteps(definition, 'post_start', {
                subject: `${service.name}/${number}${twin}`,
                container: replica.ref,
                name: container.name,
                needs: [start.id],
                after: lastHook,
              });
        steps.push(start, ...options.notesOf(container, start.id), ...hooks);
        lastHook = lastOf(hooks, lastHook);
        return { ...replica, start: lastOf(hooks, [start.id])[0] ?? start.id };
      }),
    );
  }
  if (options.wait) gates.addFinalWaits(services);
  return steps;
}

function withoutContainers(
  services: readonly ExistingService[],
  named: ReadonlySet<ServiceName>,
  project: Project | undefined,
): readonly ServiceName[] {
  const known = new Set(services.map(({ name }) => name));
  const empty = services.filter(({ name, containers }) => {
    const service = project?.services.get(name);
    // What a provider runs has no containers; docker compose starts nothing of it either.
    if (service?.provider !== undefined) return false;
    return containers.length === 0 && (service === undefined || replicaCount(service) > 0);
  });
  return [...empty.map(({ name }) => name), ...[...named].filter((name) => !known.has(name))];
}

function nothingToStart(service: ServiceName): Diagnostic {
  return {
    severity: 'error',
    code: 'run.container-missing',
    message: `service "${service}" has no container to start`,
    hint: `Create it with \`flotilla up -d ${service}\`.`,
    path: `services.${service}`,
  };
}
