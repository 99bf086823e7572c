import type { Project, Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { compareOwned } from '../../core/ownership.ts';
import { desiredNetworks } from '../../network/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { desiredVolumes } from '../../volumes/index.ts';
import type { UnchangedResource } from '../events.ts';
import { contentAct } from './content.ts';
import { leftHookRemoval } from './hooks.ts';
import { planImages } from './images.ts';
import { moreImages, mountedImages } from './more-images.ts';
import { type ContainersByRole, containersByRole, isRunning, replicaNumber } from './observed.ts';
import { occupantsOf } from './occupants.ts';
import { orderedServices } from './ordered-services.ts';
import { planOrphans, removalId } from './orphans.ts';
import { sweepOwnVolumes } from './own-volumes.ts';
import { missingParents } from './parents.ts';
import {
  currentHash,
  type Representatives,
  recreateReason,
  representativesOf,
  serviceParents,
} from './recreate.ts';
import { decideReplicas, leaveSubject, type ReplicaDecision } from './replicas.ts';
import { planNetworks, planVolumes } from './resources.ts';
import { planServices } from './service-steps.ts';
import type { Plan } from './steps.ts';
import { takenNames } from './taken-names.ts';
import { takenPorts } from './taken-ports.ts';
import { recreatePolicyOf, type UpInput } from './up-input.ts';

/** Everything that brings the observed state to what the project wants; pure. */
export function planUp(input: UpInput): Plan {
  const { project, observed } = input;
  const { oneOff } = input.policy;
  // The replicas of what runs once are none of this plan's business.
  const converging = oneOff === undefined ? project : withoutService(project, oneOff.service);
  const roles = containersByRole(converging, observed);
  const order = orderedServices(converging);
  const once = oneOff === undefined ? undefined : project.services.get(oneOff.service);
  const { decisions, representatives, hashOf } = decide(input, roles, order);
  const orphans = planOrphans(input, roles);
  const freed = (by: (service: ServiceName, decision: ReplicaDecision) => readonly StepId[]) =>
    [...decisions].flatMap(([service, list]) => list.flatMap((decision) => by(service, decision)));
  const orphansThat = (holds: (container: ObservedContainer) => boolean): readonly StepId[] =>
    input.policy.removeOrphans ? roles.orphans.filter(holds).map(removalId) : [];
  const bystanders = (uses: (container: ObservedContainer) => boolean): readonly ObservedContainer[] =>
    [...roles.disabled, ...roles.oneOffs, ...(input.policy.removeOrphans ? [] : roles.orphans)].filter(uses);
  const networks = planNetworks(input, {
    freedBy: (name) => [
      ...freed((service, decision) => leavingOf(service, decision, name)),
      ...orphansThat((container) => isAttached(container, name)),
    ],
    bystanders: (name) =>
      bystanders(
        (container) => isAttached(container, name) && (isRunning(container) || container.state === 'paused'),
      ),
  });
  const volumes = planVolumes(input, {
    freedBy: (name) => [
      ...freed((service, decision) => removalOf(service, decision, (container) => mounts(container, name))),
      ...orphansThat((container) => mounts(container, name)),
    ],
    // One that does not run holds its volumes all the same.
    bystanders: (name) => bystanders((container) => mounts(container, name)),
  });
  const making = order.filter((service) => makesContainers(decisions.get(service.name)));
  const images = planImages(input, [
    ...making,
    ...making.flatMap(moreImages),
    ...(once === undefined ? [] : [once, ...mountedImages(once)]),
  ]);
  const removedOrphans = input.policy.removeOrphans ? roles.orphans : [];
  const names = freedNames(decisions, removedOrphans);
  const services = planServices({
    input,
    order,
    decisions,
    hashOf,
    networks,
    volumes,
    images,
    freedNames: names,
    occupants: occupantsOf(input, decisions, removedOrphans),
  });
  // What a run that was killed while it filled a volume has left: it holds on to the volume.
  const helpers = (observed.hookContainers ?? []).filter(({ labels: own }) => own[labels.hook] === 'files');
  const left = helpers.map(leftHookRemoval);
  const known = { ...observed, containers: [...observed.containers, ...(observed.hookContainers ?? [])] };
  const steps = [...networks.steps, ...volumes.steps, ...images.steps, ...services.steps, ...orphans.steps];
  return {
    command: oneOff === undefined ? 'up' : 'run',
    project: project.name,
    steps: [...steps, ...left, ...sweepOwnVolumes(project.name, known, [...steps, ...left])],
    unchanged: [...unchangedResources(input), ...services.unchanged],
    references: containerReferences(representatives, once === undefined ? order : [...order, once]),
    diagnostics: [
      ...missingParents(once === undefined ? order : [...order, once], representatives, input.locate),
      ...takenNames({
        ...input,
        containers: observed.containers,
        decisions,
        freedNames: names,
        ...(oneOff === undefined ? {} : { oneOff }),
      }),
      ...takenPorts(input, decisions, names),
      ...networks.diagnostics,
      ...volumes.diagnostics,
      ...images.diagnostics,
      ...orphans.diagnostics,
    ] satisfies Diagnostic[],
    questions: volumes.questions,
  };
}

/** The project as far as it converges: what the service has counts as known, but nothing is wanted of it. */
function withoutService(project: Project, name: ServiceName): Project {
  const service = project.services.get(name);
  if (service === undefined) return project;
  const services = new Map(project.services);
  services.delete(name);
  return {
    ...project,
    services,
    disabledServices: new Map(project.disabledServices).set(name, service),
  };
}

/** The step after which a container does not use a network any more, if the plan takes it out of there. */
function leavingOf(service: ServiceName, decision: ReplicaDecision, network: string): readonly StepId[] {
  if (decision.kind === 'recreate' && decision.leaves.includes(network)) {
    return [stepId('network.disconnect', leaveSubject(service, decision.number, network))];
  }
  return removalOf(service, decision, (container) => isAttached(container, network));
}

/** The step that frees what a container holds, if the plan takes the container away. */
function removalOf(
  service: ServiceName,
  decision: ReplicaDecision,
  holds: (container: ObservedContainer) => boolean,
): readonly StepId[] {
  if (decision.kind === 'replace' && holds(decision.container)) {
    return [stepId('container.remove', `${service}/${decision.number}`)];
  }
  return decision.kind === 'remove' && holds(decision.container) ? [removalId(decision.container)] : [];
}

/** By the name of every container that the plan takes away, the step that does it. */
function freedNames(
  decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>,
  removedOrphans: readonly ObservedContainer[],
): ReadonlyMap<string, StepId> {
  const freed = new Map(removedOrphans.map((container) => [container.name, removalId(container)]));
  for (const [service, list] of decisions) {
    for (const decision of list) {
      if (decision.kind === 'remove') freed.set(decision.container.name, removalId(decision.container));
      if (decision.kind === 'recreate' || decision.kind === 'replace') {
        freed.set(decision.container.name, stepId('container.remove', `${service}/${decision.number}`));
      }
    }
  }
  return freed;
}

interface Decisions {
  readonly decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>;
  /** Which containers stand for their services once the plan is carried out, as far as they exist already. */
  readonly representatives: Representatives;
  readonly hashOf: (service: Service) => string;
}

/** Service by service in dependency order, because a replaced service replaces those that hold on to its containers. */
function decide(input: UpInput, roles: ContainersByRole, order: readonly Service[]): Decisions {
  const representatives = new Map(representativesOf(input.observed));
  const replaced = new Set<ServiceName>();
  const hashes = new Map<ServiceName, string>();
  const hashOf = (service: Service): string => {
    // What it refers to is decided before it is.
    const hash = hashes.get(service.name) ?? currentHash(service, representatives);
    hashes.set(service.name, hash);
    return hash;
  };
  const decisions = new Map<ServiceName, readonly ReplicaDecision[]>();
  const rebuilt = rebuiltResources(input);
  const context = { ...input, representatives, replaced, hashOf };
  for (const service of order) {
    const list = decideReplicas(input.project, service, roles.replicas.get(service.name) ?? [], {
      recreate: (container) =>
        container.state === 'dead'
          ? 'the engine could not remove it'
          : recreateReason(context, service, container),
      replace: (container) => {
        if (container.state === 'removing') return 'the engine is removing it';
        const volume = rebuilt.volumes.find((name) => mounts(container, name));
        return volume === undefined ? undefined : `the definition of its volume ${volume} changed`;
      },
      content: (container) =>
        recreatePolicyOf(input.policy, service.name) === 'never'
          ? undefined
          : contentAct(input, service, container),
      leave: (container) => rebuilt.networks.filter((name) => isAttached(container, name)),
    });
    if (list.some((decision) => decision.kind === 'recreate' || decision.kind === 'replace')) {
      replaced.add(service.name);
    }
    decisions.set(service.name, list);
    const lasting = lastingRepresentative(list);
    if (lasting === undefined) representatives.delete(service.name);
    else representatives.set(service.name, lasting);
  }
  return { decisions, representatives, hashOf };
}

/** The lowest-numbered container of a service, or that from which its successor takes over. */
function lastingRepresentative(decisions: readonly ReplicaDecision[]): ObservedContainer | undefined {
  const [lowest] = decisions
    .flatMap((decision) => (decision.kind === 'remove' ? [] : [decision]))
    .sort((left, right) => left.number - right.number);
  return lowest === undefined || lowest.kind === 'create' ? undefined : lowest.container;
}

/** Names of the networks and volumes that have to be made anew. */
function rebuiltResources({ project, observed, policy }: UpInput): {
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
} {
  const isDiverged = <Spec extends { readonly name: string; readonly hash: string }>(
    spec: Spec,
    existing: Parameters<typeof compareOwned>[2],
  ): boolean => compareOwned(spec, project.name, existing).kind === 'diverged';
  const networks = desiredNetworks(project)
    .owned.filter((spec) => isDiverged(spec, observed.networks))
    .map((spec) => spec.name);
  const volumes = desiredVolumes(project)
    .owned.filter((spec) => isDiverged(spec, observed.volumes))
    .filter((spec) => policy.approvals.has(`volume.recreate:${spec.key}`))
    .map((spec) => spec.name);
  return { networks, volumes };
}

function unchangedResources({ project, observed }: UpInput): readonly UnchangedResource[] {
  const exists = (type: 'Network' | 'Volume', name: string): UnchangedResource => ({
    type,
    name,
    state: 'Exists',
  });
  return [
    ...desiredNetworks(project)
      .owned.filter((spec) => compareOwned(spec, project.name, observed.networks).kind === 'same')
      .map((spec) => exists('Network', spec.name)),
    ...desiredVolumes(project)
      .owned.filter((spec) => compareOwned(spec, project.name, observed.volumes).kind === 'same')
      .map((spec) => exists('Volume', spec.name)),
  ];
}

function containerReferences(
  representatives: Representatives,
  order: readonly Service[],
): Plan['references'] {
  const wanted = order.flatMap((service) => [
    ...serviceParents(service),
    // The helper of a hook takes its mounts from there.
    ...((service.pre_start ?? []).length > 0 ? [service.name] : []),
  ]);
  return [...new Set(wanted)].flatMap((service) => {
    const container = representatives.get(service);
    return container === undefined
      ? []
      : [{ service, number: replicaNumber(container), container: container.id }];
  });
}

function makesContainers(decisions: readonly ReplicaDecision[] | undefined): boolean {
  return (decisions ?? []).some(({ kind }) => kind === 'create' || kind === 'recreate' || kind === 'replace');
}

function isAttached(container: ObservedContainer, network: string): boolean {
  return container.networks.some((endpoint) => endpoint.network === network);
}

function mounts(container: ObservedContainer, volume: string): boolean {
  return container.mounts.some((mount) => mount.kind === 'volume' && mount.name === volume);
}
