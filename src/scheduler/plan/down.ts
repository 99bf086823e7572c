import type { Project } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { type ProjectName, type ServiceName, stepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';
import { existing } from './container-ref.ts';
import { isOneOff, isRunning, ownerOf, serviceOf } from './observed.ts';
import { isOwnVolume, sweepOwnVolumes } from './own-volumes.ts';
import { providerEnds } from './providers.ts';
import { type Plan, type Step, type StepOf, step } from './steps.ts';
import { dependentsOf, stopSteps } from './stop-order.ts';

export interface DownInput {
  readonly projectName: ProjectName;
  /** Absent when only the labels are known: then all that carries the project's label goes, one-offs only as orphans. */
  readonly project?: Project;
  readonly observed: ObservedState;
  readonly policy: DownPolicy;
}

export interface DownPolicy {
  /** Empty is the whole project; else these services and all that depend on them. */
  readonly services: ReadonlySet<ServiceName>;
  readonly removeOrphans: boolean;
  /** Named volumes of the file and anonymous ones. */
  readonly volumes: boolean;
  /** `local`: images without a name of their own; `all`: every image that a service uses. */
  readonly images?: 'local' | 'all';
  readonly timeoutSeconds?: number;
}

/** Takes the project away: containers in reverse dependency order, then networks, volumes and images. */
export function planDown(input: DownInput): Plan {
  const { containers, orphans } = containersToRemove(input);
  const stops = stopSteps(containers, dependentsOf(input.observed.containers, input.project), {
    reason: 'down was asked for',
    project: input.project,
    timeoutSeconds: input.policy.timeoutSeconds,
  });
  const removals = containers.map((container) => removal(container, input.policy.volumes));
  const whole = input.policy.services.size === 0;
  const networks = whole ? networkSteps(input, containers) : [];
  const volumes = whole && input.policy.volumes ? volumeSteps(input, containers) : [];
  const images = imageSteps(input, containers);
  const providers = providerSteps(input, containers);
  const main: readonly Step[] = [...stops, ...removals, ...providers, ...networks, ...volumes, ...images];
  const steps = [...main, ...sweepOwnVolumes(input.projectName, input.observed, main)];
  return {
    command: 'down',
    project: input.projectName,
    steps,
    unchanged: [],
    references: [],
    diagnostics: [
      ...(steps.length === 0 && orphans.length === 0 ? [nothingFound(input.projectName)] : []),
      ...(orphans.length === 0 ? [] : [orphansKept(orphans)]),
    ],
    questions: [],
  };
}

/** `orphans`: containers that stay because their removal was not asked for. */
function containersToRemove({ project, observed, policy }: DownInput): {
  readonly containers: readonly ObservedContainer[];
  readonly orphans: readonly ObservedContainer[];
} {
  if (project === undefined && policy.services.size === 0) {
    const isMeant = (container: ObservedContainer) => policy.removeOrphans || !isOneOff(container);
    return { containers: observed.containers.filter(isMeant), orphans: [] };
  }
  const services =
    policy.services.size === 0 ? undefined : withDependents(observed, project, policy.services);
  const isMeant = (container: ObservedContainer): boolean => {
    const service = serviceOf(container);
    if (service === undefined) return false;
    if (isOneOff(container) && !policy.removeOrphans) return false;
    if (services !== undefined) return services.has(service);
    return project?.services.has(service) === true;
  };
  const isOrphan = (container: ObservedContainer): boolean => {
    const service = serviceOf(container);
    if (services !== undefined) return false;
    if (isOneOff(container)) return !isRunning(container);
    return (
      service === undefined || !(project?.services.has(service) || project?.disabledServices.has(service))
    );
  };
  const orphans = observed.containers.filter((container) => !isMeant(container) && isOrphan(container));
  return policy.removeOrphans
    ? {
        containers: observed.containers.filter(
          (container) => isMeant(container) || orphans.includes(container),
        ),
        orphans: [],
      }
    : {
        containers: observed.containers.filter(isMeant),
        orphans: orphans.filter((container) => !isOneOff(container)),
      };
}

function withDependents(
  observed: ObservedState,
  project: Project | undefined,
  services: ReadonlySet<ServiceName>,
): ReadonlySet<ServiceName> {
  const dependents = dependentsOf(observed.containers, project);
  const reached = new Set(services);
  for (const service of reached) {
    for (const dependent of dependents.get(service) ?? []) reached.add(dependent);
  }
  return reached;
}

function removal(container: ObservedContainer, volumes: boolean): StepOf<'container.remove'> {
  const stops = isRunning(container) || container.state === 'paused';
  return step(
    'container.remove',
    container.name,
    { container: existing(container), ...ownerOf(container), volumes },
    {
      resource: { type: 'Container', name: container.name },
      reason: 'down was asked for',
      needs: stops ? [stepId('container.stop', container.name)] : [],
    },
  );
}

function providerSteps(
  { project, observed, policy }: DownInput,
  containers: readonly ObservedContainer[],
): readonly Step[] {
  if (project === undefined) return [];
  const named = policy.services.size === 0 ? undefined : withDependents(observed, project, policy.services);
  return providerEnds(project, 'provider.down', {
    reason: 'down was asked for',
    includes: (service) => named?.has(service) ?? true,
    endsOf: (service) =>
      containers
        .filter((container) => serviceOf(container) === service)
        .map((container) => stepId('container.remove', container.name)),
  });
}

/** Only networks that carry the project's label; others of the same name are somebody else's. */
function networkSteps(
  { projectName, observed }: DownInput,
  containers: readonly ObservedContainer[],
): readonly Step[] {
  const keys = new Set<string>();
  return observed.networks
    .filter((network) => network.labels[labels.project] === projectName)
    .map((network) => {
      const key = network.labels[labels.network] ?? network.name;
      const subject = keys.has(key) ? `${key}~${network.id.slice(0, 12)}` : key;
      keys.add(key);
      return step(
        'network.remove',
        subject,
        // By id: old engines let a race make two networks of one name.
        { name: network.id },
        {
          resource: { type: 'Network', name: network.name },
          reason: 'down was asked for',
          after: containers
            .filter((container) => container.networks.some((endpoint) => endpoint.network === network.name))
            .map((container) => stepId('container.remove', container.name)),
          // Containers that stay (orphans, another project's) may still use it; docker compose only warns then.
          onFailure: 'tolerate',
        },
      );
    });
}

/** With a file only what the file names: a volume that left the file still holds somebody's data. */
function volumeSteps(
  { project, projectName, observed }: DownInput,
  containers: readonly ObservedContainer[],
): readonly Step[] {
  const named = new Set(
    [...(project?.volumes.values() ?? [])]
      .filter((volume) => volume.external !== true)
      .map((volume) => volume.name),
  );
  const keys = new Set<string>();
  return observed.volumes
    .filter((volume) => volume.labels[labels.project] === projectName && !isOwnVolume(volume))
    .filter((volume) => project === undefined || named.has(volume.name))
    .map((volume) => {
      // A volume that was given another name in the file leaves the old one behind, of the same key.
      const key = volume.labels[labels.volume] ?? volume.name;
      const subject = keys.has(key) ? `${key}~${volume.name}` : key;
      keys.add(key);
      return step(
        'volume.remove',
        subject,
        { name: volume.name },
        {
          resource: { type: 'Volume', name: volume.name },
          reason: 'down --volumes was asked for',
          after: containers
            .filter((container) => container.mounts.some((mount) => mount.name === volume.name))
            .map((container) => stepId('container.remove', container.name)),
          onFailure: 'tolerate',
        },
      );
    });
}

function imageSteps(
  { project, observed, policy }: DownInput,
  containers: readonly ObservedContainer[],
): readonly Step[] {
  if (policy.images === undefined || project === undefined) return [];
  const references = [...project.services.values()]
    .filter((service) => policy.services.size === 0 || policy.services.has(service.name))
    .filter((service) => policy.images === 'all' || service.image === undefined)
    .map((service) => imageName(project, service))
    .filter((reference) => observed.images.has(reference));
  return [...new Set(references)].map((reference) =>
    step(
      'image.remove',
      reference,
      { reference },
      {
        resource: { type: 'Image', name: reference },
        reason: `down --rmi ${policy.images} was asked for`,
        after: containers.map((container) => stepId('container.remove', container.name)),
        onFailure: 'tolerate',
      },
    ),
  );
}

function nothingFound(project: ProjectName): Diagnostic {
  return {
    severity: 'warning',
    code: 'run.nothing-to-remove',
    message: `No resource found to remove for project "${project}".`,
  };
}

function orphansKept(orphans: readonly ObservedContainer[]): Diagnostic {
  return {
    severity: 'warning',
    code: 'run.orphans',
    message: `Found orphan containers ([${orphans.map((container) => container.name).join(' ')}]) for this project; they stay.`,
    hint: 'Add --remove-orphans to remove them too.',
  };
}
