import type { Project, Service } from '../project.ts';

/** DOCKER_DEFAULT_PLATFORM for services that name none, as docker compose has it in containers and their hashes. */
export function withDefaultPlatform(project: Project): Project {
  const platform = project.environment.get('DOCKER_DEFAULT_PLATFORM') ?? '';
  if (platform === '') return project;
  const services = [...project.services].map(([name, service]): [Service['name'], Service] => [
    name,
    (service.platform ?? '') === '' ? { ...service, platform } : service,
  ]);
  return { ...project, services: new Map(services) };
}
