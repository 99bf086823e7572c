import type { LoadResult, Project } from '../../compose/index.ts';
import type { ProjectName } from '../../core/ids.ts';
import { type ExecuteOptions, execute } from '../execute/index.ts';
import type { Plan } from '../plan/index.ts';
import type { Operation, Session } from './session.ts';

/** A project by its file, or by its name alone: then its labels say what belongs to it. */
export type ProjectRequest =
  | { readonly project: Project; readonly locate?: LoadResult['locate'] }
  | { readonly project?: undefined; readonly projectName: ProjectName };

/** The project's name, however it is given. */
export function nameOf(request: ProjectRequest): ProjectName {
  return request.project === undefined ? request.projectName : request.project.name;
}

/** Executes a plan with what its session has for it. */
export async function carryOut(
  session: Session,
  request: ProjectRequest,
  plan: Plan,
  more: Pick<ExecuteOptions, 'contents'> = {},
): Promise<Operation> {
  const { driver, clock, listeners, drain, abort, lanes = {}, hookOutput, runProvider } = session;
  const { credentialsFor } = session;
  const result = await execute({
    plan,
    driver,
    clock,
    listeners,
    drain,
    abort,
    lanes,
    ...sourceOf(request),
    ...more,
    ...(hookOutput === undefined ? {} : { hookOutput }),
    ...(credentialsFor === undefined ? {} : { credentialsFor }),
    ...(runProvider === undefined ? {} : { runProvider }),
  });
  return { plan, result };
}

/** The project of a request, and its positions, where it has them. */
function sourceOf(request: ProjectRequest): Pick<ExecuteOptions, 'project' | 'locate'> {
  if (request.project === undefined) return {};
  const { project, locate } = request;
  return { project, ...(locate === undefined ? {} : { locate }) };
}
