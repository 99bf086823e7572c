import type { LoadResult, Project, Service } from '../../compose/index.ts';
import type { ErrorCode } from '../../core/codes.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName } from '../../core/ids.ts';
import { orderedServices } from './ordered-services.ts';
import type { Plan, Step } from './steps.ts';

/** A command that is about the images of services, and leaves containers as they are. */
export interface ImagePlanInput {
  readonly project: Project;
  readonly locate: LoadResult['locate'];
  /** Those named on the command line; empty is all for which there is something to do. */
  readonly services: ReadonlySet<ServiceName>;
}

export interface ImageCommand {
  readonly command: 'build' | 'pull' | 'push';
  readonly code: ErrorCode;
  /** Whether there is something to do for a service; `hint` says what it takes. */
  readonly concerns: (service: Service) => boolean;
  readonly hint: string;
}

export function wantedServices({ project, services }: ImagePlanInput): readonly Service[] {
  return orderedServices(project).filter(({ name }) => services.size === 0 || services.has(name));
}

/** The plan of its steps, with a warning for each service that was named in vain. */
export function imagePlan(
  input: ImagePlanInput,
  { command, code, concerns, hint }: ImageCommand,
  steps: readonly Step[],
): Plan {
  const { project, locate, services } = input;
  const inVain = services.size === 0 ? [] : wantedServices(input).filter((service) => !concerns(service));
  const diagnostics = inVain.map(
    ({ name }): Diagnostic => ({
      severity: 'warning',
      code,
      message: `service "${name}" has nothing to ${command}`,
      hint,
      path: `services.${name}`,
      ...placed(locate(['services', name])),
    }),
  );
  return {
    command,
    project: project.name,
    steps,
    unchanged: [],
    references: [],
    diagnostics,
    questions: [],
  };
}
