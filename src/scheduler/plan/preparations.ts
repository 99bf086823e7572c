import type { Project } from '../../compose/index.ts';
import { modelSteps, neededModels } from './models.ts';
import { neededProviders, providerUps } from './providers.ts';
import type { Plan, Step } from './steps.ts';

/**
 * What programs outside of the engine do before the plan itself is made: what they say becomes part of the containers
 * that depend on it, and decides whether those have to be replaced.
 */
export function planPreparations(project: Project): Plan {
  return {
    command: 'up',
    project: project.name,
    steps: [...modelSteps(project), ...providerUps(project)],
    unchanged: [],
    references: [],
    diagnostics: [],
    questions: [],
  };
}

/** These in front of a plan that was made without them, as the containers that depend on them wait for them. */
export function withPreparations(plan: Plan, preparations: Plan, project: Project): Plan {
  if (preparations.steps.length === 0) return plan;
  const steps = plan.steps.map((each): Step => {
    if (each.kind !== 'container.create') return each;
    const service = project.services.get(each.input.spec.service);
    const needs =
      service === undefined ? [] : [...neededModels(project, service), ...neededProviders(project, service)];
    return needs.length === 0 ? each : { ...each, needs: [...each.needs, ...needs] };
  });
  return { ...plan, steps: [...preparations.steps, ...steps] };
}
