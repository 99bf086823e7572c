import { withDefaultPlatform } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { type Plan, planPull, pulledFor, pullsWhatIsMissing } from '../plan/index.ts';
import { carryOut } from './project-request.ts';
import type { LoadedProject, Operation, Session } from './session.ts';

export interface PullRequest extends LoadedProject {
  /** Empty is all that have something to pull. */
  readonly services?: ReadonlySet<ServiceName>;
  /** What cannot be pulled does not fail the run. */
  readonly ignoreFailures?: boolean;
  /** Leaves alone what can be built. */
  readonly ignoreBuildable?: boolean;
}

/** Fetches the images of services; containers stay as they are. What fails is in the result. */
export async function pull(session: Session, request: PullRequest): Promise<Operation> {
  return carryOut(session, request, await previewPull(session, request));
}

export async function previewPull(session: Session, request: PullRequest): Promise<Plan> {
  const { locate, services = new Set<ServiceName>() } = request;
  const { ignoreFailures = false, ignoreBuildable = false } = request;
  const project = withDefaultPlatform(request.project);
  const wanted = [...project.services.values()].flatMap(pulledFor);
  const names = wanted.filter(pullsWhatIsMissing).map(({ image }) => image);
  const present = await presentOf(session, names);
  return planPull({ project, locate, services, present, ignoreFailures, ignoreBuildable });
}

async function presentOf({ driver, abort }: Session, names: readonly string[]): Promise<ReadonlySet<string>> {
  const unique = [...new Set(names)];
  const found = await Promise.all(unique.map((name) => driver.inspectImage(name, abort)));
  return new Set(unique.filter((_, index) => found[index] !== undefined));
}
