import type { ServiceName } from '../../core/ids.ts';
import { type BuildOptions, bakeFile } from '../../images/index.ts';
import { type Plan, planBuild } from '../plan/index.ts';
import { carryOut } from './project-request.ts';
import type { LoadedProject, Operation, Session } from './session.ts';

export interface BuildRequest extends LoadedProject {
  /** Empty is all that have something to build. */
  readonly services?: ReadonlySet<ServiceName>;
  readonly options?: BuildOptions;
}

/** Builds the images of services; containers stay as they are. What fails is in the result. */
export async function build(session: Session, request: BuildRequest): Promise<Operation> {
  return carryOut(session, request, previewBuild(request));
}

export function previewBuild(request: BuildRequest): Plan {
  const { project, locate, services = new Set<ServiceName>(), options = {} } = request;
  return planBuild({ project, locate, services, options });
}

/** The build as a file for `docker buildx bake`. */
export function previewBakeFile(request: BuildRequest): string {
  return bakeFile(
    previewBuild(request).steps.flatMap((step) => (step.kind === 'image.build' ? [step.input.spec] : [])),
  );
}
