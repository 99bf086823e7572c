import type { Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { compareOwned } from '../../core/ownership.ts';
import { desiredNetworks } from '../../network/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { desiredVolumes } from '../../volumes/index.ts';
import type { UnchangedResource } from '../events.ts';
import { type ContainersByRole, containersByRole, replicaNumber } from './observed.ts';
import { orderedServices } from './ordered-services.ts';
import { planOrphans, removalId } from './orphans.ts';
import { type Representatives, recreateReason, representativesOf, serviceParents } from './recreate.ts';
import { decideReplicas, type ReplicaDecision } from './replicas.ts';
import { planImages, planNetworks, planVolumes } from './resources.ts';
import { planServices } from './service-steps.ts';
import type { Plan } from './steps.ts';
import type { UpInput } from './up-input.ts';

/** Everything that brings the observed state to what the project wants; pure. */
export function planUp(input: UpInput): Plan {
  const { project, observed } = input;
  const roles = containersByRole(project, observed);
  const order = orderedServices(project);
  const representatives = representativesOf(observed);
  const decisions = decide(input, roles, order, representatives);
  const orphans = planOrphans(input, roles);
  const uses = (holds: (container: ObservedContainer) => boolean): readonly StepId[] => [
    ...[...decisions].flatMap(([service, list]) =>
      list.flatMap((decision) => removalOf(service, decision, holds)),
    ),
    ...(input.policy.removeOrphans ? roles.orphans.filter(holds).map(removalId) : []),
  ];
  const networks = planNetworks(input, (name) => uses((container) => isAttached(container, name)));
  const volumes = planVolumes(input, (name) => uses((container) => mounts(container, name)));
  const images = planImages(
    input,
    order.filter((service) => makesContainers(decisions.get(service.name))),
  );
  const services = planServices({ input, order, decisions, representatives, networks, volumes, images });
  return {
    command: 'up',
    project: project.name,
    steps: [...networks.steps, ...volumes.steps, ...images.steps, ...services.steps, ...orphans.steps],
    unchanged: [...unchangedResources(input), ...services.unchanged],
    references: containerReferences(representatives, order),
    diagnostics: [
      ...networks.diagnostics,
      ...volumes.diagnostics,
      ...images.diagnostics,
      ...orphans.diagnostics,
    ] satisfies Diagnostic[],
    questions: volumes.questions,
  };
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

/** Service by service in dependency order, because a replaced service replaces those that hold on to its containers. */
function decide(
  input: UpInput,
  roles: ContainersByRole,
  order: readonly Service[],
  representatives: Representatives,
): ReadonlyMap<ServiceName, readonly ReplicaDecision[]> {
  const replaced = new Set<ServiceName>();
  const decisions = new Map<ServiceName, readonly ReplicaDecision[]>();
  const held = rebuiltResources(input);
  for (const service of order) {
    const list = decideReplicas(input.project, service, roles.replicas.get(service.name) ?? [], {
      recreate: (container) =>
        container.state === 'dead'
          ? 'the engine could not remove it'
          : recreateReason({ ...input, representatives, replaced }, service, container),
      replace: (container) => held(container),
    });
    if (list.some((decision) => decision.kind === 'recreate' || decision.kind === 'replace')) {
      replaced.add(service.name);
    }
    decisions.set(service.name, list);
  }
  return decisions;
}

/** Why a container stands in the way of a network or volume that has to be made anew. */
function rebuiltResources({
  project,
  observed,
  policy,
}: UpInput): (container: ObservedContainer) => string | undefined {
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
  return (container) => {
    const network = networks.find((name) => isAttached(container, name));
    if (network !== undefined) return `the definition of its network ${network} changed`;
    const volume = volumes.find((name) => mounts(container, name));
    return volume === undefined ? undefined : `the definition of its volume ${volume} changed`;
  };
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
  return [...new Set(order.flatMap(serviceParents))].flatMap((service) => {
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
