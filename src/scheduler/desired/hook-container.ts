import type { Project, Service } from '../../compose/index.ts';
import { labels } from '../../core/labels.ts';
import { serviceReference } from '../../network/index.ts';
import type { ContainerSpec } from '../../runtime/index.ts';
import { containerSpec } from './container-spec.ts';

/**
 * The container of one `pre_start` entry: like the service's own in all but what it runs. It publishes nothing, takes
 * its mounts from the service's first container, and carries no config hash, so that nobody takes it for a replica.
 */
export function hookContainerSpec(project: Project, service: Service, index: number): ContainerSpec {
  const hook = service.pre_start?.[index];
  if (hook === undefined) throw new Error(`bug in Flotilla: no pre_start[${index}] of "${service.name}"`);
  const { container_name: _, healthcheck: __, restart: ___, ...rest } = service;
  const like: Service = {
    ...rest,
    command: hook.command,
    // What is written is run as it is: the entry point of the image may be made for something else.
    entrypoint: [],
    environment: new Map([...(service.environment ?? []), ...(hook.environment ?? [])]),
    ...(hook.image === undefined ? {} : { image: hook.image }),
    ...(hook.user === undefined ? {} : { user: hook.user }),
    ...(hook.privileged === undefined ? {} : { privileged: hook.privileged }),
    ...(hook.working_dir === undefined ? {} : { working_dir: hook.working_dir }),
  };
  const {
    number: _number,
    healthcheck: _healthcheck,
    restart: _restart,
    ...spec
  } = containerSpec(project, like, {
    number: 1,
    links: [],
  });
  const {
    [labels.containerNumber]: _containerNumber,
    [labels.definition]: _definition,
    [labels.dependsOn]: _dependsOn,
    ...own
  } = spec.labels;
  return {
    ...spec,
    name: [project.name, service.name, `pre_start_${index + 1}`].join(project.separator ?? '-'),
    labels: { ...own, [labels.hook]: 'pre_start' },
    ports: [],
    mounts: [],
    volumesFrom: [`${serviceReference}${service.name}`],
  };
}
