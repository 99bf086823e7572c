import type { ServiceName } from '../../core/ids.ts';
import { type BuildOptions, buildDependencies, buildSpec, imageName } from '../../images/index.ts';
import { type ImageCommand, type ImagePlanInput, imagePlan, wantedServices } from './image-plan.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface BuildInput extends ImagePlanInput {
  readonly options: BuildOptions;
}

const building: ImageCommand = {
  command: 'build',
  code: 'image.build',
  concerns: ({ build }) => build !== undefined,
  hint: 'Give it a `build:` with the folder of its Dockerfile.',
};

/** Builds images, each after those that it takes files from; whatever is there already. */
export function planBuild(input: BuildInput): Plan {
  const { project, options } = input;
  const steps = new Map<ServiceName, Step>();
  const add = (name: ServiceName, above: readonly ServiceName[]): readonly Step['id'][] => {
    const known = steps.get(name);
    if (known !== undefined) return [known.id];
    const service = project.services.get(name) ?? project.disabledServices.get(name);
    if (service?.build === undefined || above.includes(name)) return [];
    const needs = buildDependencies(service).flatMap((other) => add(other, [...above, name]));
    const reference = imageName(project, service);
    const build = step(
      'image.build',
      name,
      { spec: buildSpec(project, service, options) },
      { resource: { type: 'Image', name: reference }, reason: 'a build was asked for', needs },
    );
    steps.set(name, build);
    return [build.id];
  };
  for (const { name } of wantedServices(input)) add(name, []);
  return imagePlan(input, building, [...steps.values()]);
}
