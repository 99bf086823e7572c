import type { LoadResult, Project, Service } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import { orderedServices } from './ordered-services.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface PushInput {
  readonly project: Project;
  readonly locate: LoadResult['locate'];
  /** Those named on the command line; empty is all that have something to push. */
  readonly services: ReadonlySet<ServiceName>;
  /** What cannot be pushed does not fail the others. */
  readonly ignoreFailures: boolean;
}

/** Sends the images of services to their registries: of those that are built here and have a name of their own. */
export function planPush({ project, locate, services, ignoreFailures }: PushInput): Plan {
  const wanted = orderedServices(project).filter(({ name }) => services.size === 0 || services.has(name));
  const diagnostics = wanted
    .filter((service) => services.size > 0 && tagsOf(service).length === 0)
    .map(
      ({ name }): Diagnostic => ({
        severity: 'warning',
        code: 'image.push',
        message: `service "${name}" has nothing to push`,
        hint: 'It needs a `build:`, and an `image:` that says where it goes.',
        path: `services.${name}`,
        ...placed(locate(['services', name])),
      }),
    );
  return {
    command: 'push',
    project: project.name,
    steps: pushSteps(wanted, ignoreFailures ? 'tolerate' : 'stop'),
    unchanged: [],
    references: [],
    diagnostics,
    questions: [],
  };
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
