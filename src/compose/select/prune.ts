import type { Project } from '../project.ts';

/** Drops networks, volumes, configs, secrets and models that no enabled service uses. */
export function pruneUnused(project: Project): Project {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    configs: new Set<string>(),
    secrets: new Set<string>(),
    models: new Set<string>(),
  };
  for (const service of project.services.values()) {
    for (const name of service.networks?.keys() ?? []) used.networks.add(name);
    for (const mount of service.volumes ?? [])
      if (mount.type === 'volume' && mount.source !== undefined) used.volumes.add(mount.source);
    for (const { source } of service.configs ?? []) used.configs.add(source);
    for (const { source } of service.secrets ?? []) used.secrets.add(source);
    for (const { source } of service.build?.secrets ?? []) used.secrets.add(source);
    for (const name of service.models?.keys() ?? []) used.models.add(name);
  }
  return {
    ...project,
    networks: keep(project.networks, used.networks),
    volumes: keep(project.volumes, used.volumes),
    configs: keep(project.configs, used.configs),
    secrets: keep(project.secrets, used.secrets),
    models: keep(project.models, used.models),
  };
}

function keep<T>(values: ReadonlyMap<string, T>, names: ReadonlySet<string>): ReadonlyMap<string, T> {
  return new Map([...values].filter(([name]) => names.has(name)));
}
