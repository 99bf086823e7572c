import type { Project, Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { orderedServices } from './ordered-services.ts';
import { type StepInputs, type StepOf, step } from './steps.ts';

/** The beginning of providers' services, each after those that it depends on. */
export function providerUps(project: Project): readonly StepOf<'provider.up'>[] {
  if (!hasProviders(project)) return [];
  return orderedServices(project).flatMap((service) =>
    service.provider === undefined ? [] : [upStep(project, service)],
  );
}

/** The end of providers' services: after the containers that depend on them have ended. */
export function providerEnds(
  project: Project,
  kind: 'provider.down' | 'provider.stop',
  options: {
    readonly reason: string;
    readonly includes: (service: ServiceName) => boolean;
    /** By which a service's containers have ended. */
    readonly endsOf: (service: ServiceName) => readonly StepId[];
  },
): readonly (StepOf<'provider.down'> | StepOf<'provider.stop'>)[] {
  return [...project.services.values()].flatMap((service) => {
    if (service.provider === undefined || !options.includes(service.name)) return [];
    const dependents = [...project.services.values()].filter(({ depends_on }) =>
      depends_on?.has(service.name),
    );
    const after = dependents.flatMap(({ name, provider }) =>
      provider !== undefined && options.includes(name) ? [stepId(kind, name)] : options.endsOf(name),
    );
    return [
      step(kind, service.name, providerInput(service), {
        resource: { type: 'Service', name: service.name },
        reason: options.reason,
        after,
      }),
    ];
  });
}

function upStep(project: Project, service: Service): StepOf<'provider.up'> {
  return step('provider.up', service.name, providerInput(service), {
    resource: { type: 'Service', name: service.name },
    reason: `provider ${service.provider?.type} runs it; what depends on it is recreated when its variables changed`,
    needs: neededProviders(project, service),
  });
}

function hasProviders({ services }: Project): boolean {
  for (const { provider } of services.values()) if (provider !== undefined) return true;
  return false;
}

/** The steps that must be over before what a service depends on is provided. */
export function neededProviders(project: Project, service: Service): readonly StepId[] {
  return [...(service.depends_on?.keys() ?? [])]
    .filter((name) => project.services.get(name)?.provider !== undefined)
    .map((name) => stepId('provider.up', name));
}

function providerInput({ name, provider }: Service): StepInputs['provider.up'] {
  return {
    service: name,
    type: provider?.type ?? '',
    options: Object.fromEntries(provider?.options ?? []),
  };
}
