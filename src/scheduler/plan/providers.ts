import type { Project, Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { orderedServices } from './ordered-services.ts';
import { type Plan, type Step, type StepInputs, type StepOf, step } from './steps.ts';

/**
 * The programs behind services that are no containers, to be run before the plan itself: what they say becomes part of
 * the containers that depend on them, and decides whether those have to be replaced.
 */
export function planProviders(project: Project): Plan {
  return {
    command: 'up',
    project: project.name,
    steps: hasProviders(project)
      ? orderedServices(project).flatMap((service) =>
          service.provider === undefined ? [] : [upStep(project, service)],
        )
      : [],
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

function hasProviders({ services }: Project): boolean {
  for (const { provider } of services.values()) if (provider !== undefined) return true;
  return false;
}

/** The providers' steps in front of a plan that was made without them, as those that depend on them wait for them. */
export function withProviderSteps(plan: Plan, providers: Plan, project: Project): Plan {
  if (providers.steps.length === 0) return plan;
  const steps = plan.steps.map((each): Step => {
    if (each.kind !== 'container.create') return each;
    const service = project.services.get(each.input.spec.service);
    const needs = service === undefined ? [] : neededProviders(project, service);
    return needs.length === 0 ? each : { ...each, needs: [...each.needs, ...needs] };
  });
  return { ...plan, steps: [...providers.steps, ...steps] };
}

/** The end of providers' services: after the containers that depend on them are gone. */
export function providerDowns(
  project: Project,
  options: {
    readonly includes: (service: ServiceName) => boolean;
    /** The removals of a service's containers. */
    readonly removalsOf: (service: ServiceName) => readonly StepId[];
  },
): readonly StepOf<'provider.down'>[] {
  return [...project.services.values()].flatMap((service) => {
    if (service.provider === undefined || !options.includes(service.name)) return [];
    const dependents = [...project.services.values()].filter(({ depends_on }) =>
      depends_on?.has(service.name),
    );
    const after = dependents.flatMap(({ name, provider }) =>
      provider !== undefined && options.includes(name)
        ? [stepId('provider.down', name)]
        : options.removalsOf(name),
    );
    return [
      step('provider.down', service.name, providerInput(service), {
        resource: { type: 'Service', name: service.name },
        reason: 'down was asked for',
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

function neededProviders(project: Project, service: Service): readonly StepId[] {
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
