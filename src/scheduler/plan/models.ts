import type { Project, Service } from '../../compose/index.ts';
import { type StepId, stepId } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { type StepOf, step } from './steps.ts';

/** Models that services use are pulled, unless they are there, and configured. */
export function modelSteps(project: Project): readonly StepOf<'model.prepare'>[] {
  const users = new Map<string, string[]>();
  for (const { name, models } of project.services.values()) {
    for (const key of models?.keys() ?? []) users.set(key, [...(users.get(key) ?? []), quote(name)]);
  }
  return [...users].flatMap(([name, services]) => {
    const { model, context_size, runtime_flags = [] } = project.models.get(name) ?? {};
    if (model === undefined) return [];
    return [
      step(
        'model.prepare',
        name,
        {
          name,
          model,
          // Like docker compose: 0 is the model's own size.
          ...(context_size === undefined || context_size <= 0 ? {} : { contextSize: context_size }),
          runtimeFlags: runtime_flags,
        },
        {
          resource: { type: 'Model', name },
          reason: `${services.join(', ')} ${services.length === 1 ? 'uses' : 'use'} it; pulled when it is not here`,
        },
      ),
    ];
  });
}

export function neededModels(project: Project, { models }: Service): readonly StepId[] {
  return [...(models?.keys() ?? [])]
    .filter((name) => project.models.get(name)?.model !== undefined)
    .map((name) => stepId('model.prepare', name));
}
