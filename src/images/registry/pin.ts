import type { LoadResult, Project, Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { serviceName } from '../../core/ids.ts';
import { failureOf, type ImageUse, type Pins, pinAll, pinned } from './pins.ts';
import type { Registry } from './registry.ts';

export interface PinnedProject {
  readonly project: Project;
  /** Images whose digest cannot be found; they are as before in the project. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Names every image, also those that are mounted, by the digest that its tag stands for now. */
export async function pinImages(
  project: Project,
  locate: LoadResult['locate'],
  registry: Registry,
  signal?: AbortSignal,
): Promise<PinnedProject> {
  const uses = [...project.services.values()].flatMap(imagesOf);
  const pins = await pinAll(uses, registry, signal);
  const services = [...project.services.values()].map((service) => withImages(service, pins));
  return {
    project: {
      ...project,
      services: new Map(services.map((service) => [serviceName(service.name), service])),
    },
    diagnostics: uses.flatMap((use) => failureOf(use, pins, locate)),
  };
}

/** Nothing but the images of a project: an override file that keeps them as they are. */
export function onlyImages(project: Project): Project {
  const services = [...project.services.values()].map(({ name, image, volumes }): Service => {
    const mounted = (volumes ?? []).filter((mount) => mount.type === 'image');
    return {
      name,
      command: null,
      entrypoint: null,
      ...(image === undefined ? {} : { image }),
      ...(mounted.length === 0 ? {} : { volumes: mounted }),
    };
  });
  return {
    ...project,
    // What is to be laid on the project has no name of its own.
    name: '' as Project['name'],
    services: new Map(services.map((service) => [serviceName(service.name), service])),
    networks: new Map(),
    volumes: new Map(),
    secrets: new Map(),
    configs: new Map(),
    models: new Map(),
    extensions: new Map(),
  };
}

function imagesOf({ name, image, volumes }: Service): readonly ImageUse[] {
  const mounted = (volumes ?? []).flatMap(({ type, source }, index) =>
    type === 'image' && source !== undefined
      ? [{ text: source, path: ['services', name, 'volumes', index, 'source'] }]
      : [],
  );
  return image === undefined ? mounted : [{ text: image, path: ['services', name, 'image'] }, ...mounted];
}

function withImages(service: Service, pins: Pins): Service {
  const { image, volumes } = service;
  return {
    ...service,
    ...(image === undefined ? {} : { image: pinned(image, pins) }),
    ...(volumes === undefined
      ? {}
      : {
          volumes: volumes.map((mount) =>
            mount.type === 'image' && mount.source !== undefined
              ? { ...mount, source: pinned(mount.source, pins) }
              : mount,
          ),
        }),
  };
}
