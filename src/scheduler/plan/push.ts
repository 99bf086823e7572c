import type { Service } from '../../compose/index.ts';
import type { StepId } from '../../core/ids.ts';
import { type ImageCommand, type ImagePlanInput, imagePlan, wantedServices } from './image-plan.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface PushInput extends ImagePlanInput {
  /** What cannot be pushed does not fail the others. */
  readonly ignoreFailures: boolean;
}

const pushing: ImageCommand = {
  command: 'push',
  code: 'image.push',
  concerns: (service) => tagsOf(service).length > 0,
  hint: 'It needs a `build:`, and an `image:` that says where it goes.',
};

/** Sends the images of services to their registries: of those that are built here and have a name of their own. */
export function planPush(input: PushInput): Plan {
  const steps = pushSteps(wantedServices(input), input.ignoreFailures ? 'tolerate' : 'stop');
  return imagePlan(input, pushing, steps);
}

/**
 * One for each name. Those into one repository come one after the other: the second finds there what they have in common,
 * and some registries fail for two who send the same at a time.
 */
function pushSteps(services: readonly Service[], onFailure: Step['onFailure']): readonly Step[] {
  const steps = new Map<string, Step>();
  const lastInto = new Map<string, StepId>();
  for (const service of services) {
    for (const reference of tagsOf(service)) {
      if (steps.has(reference)) continue;
      const repository = reference.replace(/:[^/:]*$/, '');
      const before = lastInto.get(repository);
      const push = step(
        'image.push',
        reference,
        { reference, service: service.name },
        {
          resource: { type: 'Image', name: reference },
          reason: 'a push was asked for',
          onFailure,
          after: before === undefined ? [] : [before],
        },
      );
      steps.set(reference, push);
      lastInto.set(repository, push.id);
    }
  }
  return [...steps.values()];
}

/** As docker compose: what is not built here came from a registry, and a name that was made up leads to none. */
function tagsOf({ build, image }: Service): readonly string[] {
  return build === undefined || !image ? [] : [image, ...(build.tags ?? [])];
}
