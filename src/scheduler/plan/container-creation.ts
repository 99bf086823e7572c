import type { Service } from '../../compose/index.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { InheritableVolume } from '../../volumes/index.ts';
import { containerSpec, oneOffSpec } from '../desired/index.ts';
import { serviceLinks } from './links.ts';
import { mountedNames } from './more-images.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { serviceParents } from './recreate.ts';
import type { ServicesInput } from './services-input.ts';
import { type StepOf, step } from './steps.ts';
import type { OneOff } from './up-input.ts';

export interface CreationOptions {
  /** Name to create it under. */
  readonly as: string;
  readonly inherit: readonly InheritableVolume[];
  readonly reason: string;
  readonly needs: readonly StepId[];
  readonly replaces?: ObservedContainer;
  /** The volume that brings configs and secrets along. */
  readonly filesVolume?: string;
  /** In the place of a replica. */
  readonly oneOff?: OneOff;
}

/** The step that makes a replica, once its image, networks, volumes and the containers that it holds on to are there. */
export function creationStep(
  context: ServicesInput,
  replicas: ReadonlyMap<ServiceName, readonly PlannedReplica[]>,
  service: Service,
  number: number,
  options: CreationOptions,
): StepOf<'container.create'> {
  const { input, hashOf, volumes, images } = context;
  const image = imageName(input.project, service);
  const replica = containerSpec(input.project, service, {
    number,
    links: serviceLinks(input.project, service, number, replicas),
    ...(input.contents === undefined ? {} : { contents: input.contents }),
    ...(options.filesVolume === undefined ? {} : { filesVolume: options.filesVolume }),
  });
  const { oneOff } = options;
  const spec = oneOff === undefined ? replica : oneOffSpec(replica, oneOff);
  const parents = serviceParents(service).flatMap((name) => replicas.get(name) ?? []);
  const parentSteps = parents.flatMap((replica) => (replica.create === undefined ? [] : [replica.create]));
  const digest = images.readyBy.has(image) ? undefined : input.observed.images.get(image)?.digest;
  const needs = [
    ...options.needs,
    ...networksReady(context, service),
    ...(service.volumes ?? []).map((volume) =>
      volume.type === 'volume' && volume.source !== undefined
        ? volumes.readyBy.get(input.project.volumes.get(volume.source)?.name ?? volume.source)
        : undefined,
    ),
    ...[image, ...mountedNames(service)].map((name) => images.readyBy.get(name)),
    ...parentSteps,
  ].filter((id) => id !== undefined);
  return step(
    'container.create',
    oneOff === undefined ? `${service.name}/${number}` : oneOff.name,
    {
      spec:
        options.replaces === undefined
          ? spec
          : { ...spec, labels: { ...spec.labels, [labels.replace]: replacedName(service, number) } },
      as: options.as,
      inherit: options.inherit,
      ...(parentSteps.length === 0 ? { hash: hashOf(service) } : {}),
      ...(digest === undefined ? {} : { imageDigest: digest }),
    },
    { resource: { type: 'Container', name: spec.name }, reason: options.reason, needs },
  );
}

/** The steps by which the networks of a service are there. */
export function networksReady({ input, networks }: ServicesInput, service: Service): readonly StepId[] {
  return [...(service.networks?.keys() ?? [])].flatMap(
    (key) => networks.readyBy.get(input.project.networks.get(key)?.name ?? key) ?? [],
  );
}

/** What docker compose writes into the label by which its event listener tells a replacement from a new container. */
function replacedName(service: Service, number: number): string {
  return service.container_name ?? `${service.name}-${number}`;
}
