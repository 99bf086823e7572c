import { dependencyOrder, type Project, type Service } from '../../compose/index.ts';

/** The project's services, each behind those that it depends on. */
export function orderedServices(project: Project): readonly Service[] {
  return dependencyOrder(project).flatMap((name) => project.services.get(name) ?? []);
}
