import type { SourceFiles } from '../load-options.ts';
import type { ModelPath, Project, Service } from '../project.ts';
import type { Trace } from '../trace.ts';
import type { MappingNode, Node, Origin } from '../tree/node.ts';
import type { LintCode } from './codes.ts';

/** What the rules look at. */
export interface Subject {
  readonly project: Project;
  readonly tree: MappingNode;
  readonly trace: Trace;
  readonly files: Pick<SourceFiles, 'kind'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Finding {
  readonly code: LintCode;
  readonly severity: 'error' | 'warning';
  readonly path: ModelPath;
  /** Where the path leads, unless given. */
  readonly at?: Origin;
  readonly message: string;
  readonly hint: string;
}

/**
 * Looks at the whole project. A rule speaks only where it is sure: a warning without a reason costs more than a mistake
 * that is missed.
 */
export type Rule = (subject: Subject) => Iterable<Finding> | Promise<Iterable<Finding>>;

/** A rule for one service at a time; services that a profile left out are looked at too. */
export function serviceRule(
  check: (service: Service, subject: Subject, path: ModelPath) => Iterable<Finding>,
): Rule {
  return (subject) =>
    allServices(subject.project).flatMap((service) => [
      ...check(service, subject, ['services', service.name]),
    ]);
}

export function allServices(project: Project): readonly Service[] {
  return [...project.services.values(), ...project.disabledServices.values()];
}

/** The text of the file at a place, quotes included. */
export function sourceTextOf(node: Node): string {
  const { source, start, end } = node.origin;
  return source.text.slice(start, end);
}
