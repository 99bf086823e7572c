import type { Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import type { ServicesInput } from './services-input.ts';

/** Who restarts because a dependency is replaced: `depends_on.X.restart`. */
export interface Restarts {
  /** The dependency for whose sake this service asked to be restarted: it is replaced, or restarted itself. */
  causeFor(service: Service): ServiceName | undefined;
  reasonFor(service: Service): string | undefined;
  /** The stops of those that restart with this service: they come before its own. */
  stopsBefore(service: Service): readonly StepId[];
}

export function restartsOf({ input, order, decisions }: ServicesInput): Restarts {
  const isRecreated = (name: ServiceName): boolean =>
    (decisions.get(name) ?? []).some(({ kind }) => kind === 'recreate' || kind === 'replace');
  const isReplaced = (name: ServiceName): boolean =>
    isRecreated(name) ||
    (decisions.get(name) ?? []).some(
      (decision) => decision.kind === 'keep' && decision.content?.kind === 'restart',
    );
  const causeFor = (service: Service): ServiceName | undefined =>
    [...(service.depends_on ?? [])].find(
      ([name, dependency]) => dependency.restart === true && isReplaced(name),
    )?.[0];
  const dependents = new Map<ServiceName, ServiceName[]>();
  for (const { name, depends_on } of order) {
    for (const [dependency, { restart }] of depends_on ?? []) {
      if (restart === true) dependents.set(dependency, [...(dependents.get(dependency) ?? []), name]);
    }
  }
  return {
    causeFor,
    reasonFor: (service) => {
      const cause = causeFor(service);
      if (cause === undefined) return undefined;
      return `depends_on.${cause}.restart is set and "${cause}" is ${isRecreated(cause) ? 'recreated' : 'restarted'}`;
    },
    stopsBefore: (service) => {
      if (!input.policy.start || !isReplaced(service.name)) return [];
      return (dependents.get(service.name) ?? []).flatMap((dependent) =>
        (decisions.get(dependent) ?? []).flatMap((decision) =>
          decision.kind === 'keep' || decision.kind === 'recreate' || decision.kind === 'replace'
            ? [stepId('container.stop', `${dependent}/${decision.number}`)]
            : [],
        ),
      );
    },
  };
}
