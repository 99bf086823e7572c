import type { Project, Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { ProviderVariables } from '../../runtime/index.ts';

/** The services that containers run; those of providers count as known, but not as wanted. */
export function withoutProviders(project: Project): Project {
  const provided = [...project.services].filter(([, { provider }]) => provider !== undefined);
  if (provided.length === 0) return project;
  return {
    ...project,
    services: new Map([...project.services].filter(([, { provider }]) => provider === undefined)),
    disabledServices: new Map([...project.disabledServices, ...provided]),
  };
}

/** Services that get variables from providers or models, and so are not fully known before those have run. */
export function providedServices(project: Project): ReadonlySet<ServiceName> {
  const names = [...project.services.values()].filter(
    (service) =>
      (service.models?.size ?? 0) > 0 ||
      [...(service.depends_on?.keys() ?? [])].some(
        (name) => project.services.get(name)?.provider !== undefined,
      ),
  );
  return new Set(names.map(({ name }) => name));
}

export interface Provided {
  readonly project: Project;
  readonly warnings: readonly Diagnostic[];
}

/** The project with what its providers said in the environment of the services that depend on them. */
export function withVariables(project: Project, said: ReadonlyMap<ServiceName, ProviderVariables>): Provided {
  const warnings: Diagnostic[] = [];
  const provide = (service: Service): Service => {
    const environment = new Map(service.environment);
    // In the order of the file, not of the programs' ends: the same words give the same container.
    for (const name of service.depends_on?.keys() ?? []) {
      const variables = said.get(name);
      for (const [key, value] of variables?.prefixed ?? [])
        environment.set(`${name.toUpperCase()}_${key}`, value);
      for (const [key, value] of variables?.raw ?? []) {
        const before = environment.get(key);
        if (environment.has(key) && before !== value) warnings.push(overridden(service.name, key, name));
        environment.set(key, value);
      }
    }
    return environment.size === 0 ? service : { ...service, environment };
  };
  const services = new Map([...project.services].map(([name, service]) => [name, provide(service)]));
  return { project: { ...project, services }, warnings };
}

function overridden(service: ServiceName, key: string, provider: ServiceName): Diagnostic {
  return {
    severity: 'warning',
    code: 'run.provider',
    message: `the provider of service "${provider}" overrides the variable ${key} of service "${service}"`,
  };
}
