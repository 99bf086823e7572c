import type { Project, Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Provided } from './providers.ts';

/**
 * The project with what its services are told about the models that they use: how a model is called, and where it is
 * served, as far as that is known. `urls` are by the models' keys.
 */
export function withModels(project: Project, urls: ReadonlyMap<string, string>): Provided {
  const warnings: Diagnostic[] = [];
  const tell = (service: Service): Service => {
    if (service.models === undefined || service.models.size === 0) return service;
    const environment = new Map(service.environment);
    for (const [key, names] of service.models) {
      const prefix = key.toUpperCase().replaceAll('-', '_');
      for (const [name, value] of [
        [names?.model_var || `${prefix}_MODEL`, project.models.get(key)?.model],
        [names?.endpoint_var || `${prefix}_URL`, urls.get(key)],
      ] as const) {
        // What is not known yet is not what the file says, either.
        if (value === undefined) environment.delete(name);
        else environment.set(name, value);
        const before = service.environment?.get(name) ?? undefined;
        if (before !== undefined && before !== value) warnings.push(overridden(service, name, key));
      }
    }
    return { ...service, environment };
  };
  const services = new Map([...project.services].map(([name, service]) => [name, tell(service)]));
  return { project: { ...project, services }, warnings };
}

function overridden({ name }: Service, variable: string, model: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'run.model',
    message: `model "${model}" overrides the variable ${variable} of service "${name}"`,
    hint: 'Name another variable with `endpoint_var` or `model_var`.',
  };
}
