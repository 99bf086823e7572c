import type { LoadResult, Project } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import { type BuildOptions, buildDependencies, buildSpec, imageName } from '../../images/index.ts';
import { orderedServices } from './ordered-services.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface BuildInput {
  readonly project: Project;
  readonly locate: LoadResult['locate'];
  /** Those named on the command line; empty is all that have something to build. */
  readonly services: ReadonlySet<ServiceName>;
  readonly options: BuildOptions;
}

/** Builds images, each after those that it takes files from; whatever is there already. */
export function planBuild({ project, locate, services, options }: BuildInput): Plan {
  const wanted = orderedServices(project).filter(({ name }) => services.size === 0 || services.has(name));
  const steps = new Map<ServiceName, Step>();
  const diagnostics: Diagnostic[] = [];
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
  for (const { name } of wanted) add(name, []);
  for (const { name, build } of wanted) {
    if (build !== undefined || services.size === 0) continue;
    diagnostics.push({
      severity: 'warning',
      code: 'image.build',
      message: `service "${name}" has nothing to build`,
      hint: 'Give it a `build:` with the folder of its Dockerfile.',
      path: `services.${name}`,
      ...placed(locate(['services', name])),
    });
  }
  return {
    command: 'build',
    project: project.name,
    steps: [...steps.values()],
    unchanged: [],
    references: [],
    diagnostics,
    questions: [],
  };
}
