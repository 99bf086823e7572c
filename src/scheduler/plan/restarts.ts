import type { Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import type { ServicesInput } from './services-input.ts';

/** Who restarts because a dependency is replaced: `depends_on.X.restart`. */
export interface Restarts {
  /** The dependency for whose replacement this service asked to be restarted. */
  causeFor(service: Service): ServiceName | undefined;
  /** The stops of those that restart with this service: they come before its own. */
  stopsBefore(service: Service): readonly StepId[];
}

export function restartsOf({ input, order, decisions }: ServicesInput): Restarts {
  const isReplaced = (name: ServiceName): boolean =>
    (decisions.get(name) ?? []).some(({ kind }) => kind === 'recreate' || kind === 'replace');
  const dependents = new Map<ServiceName, ServiceName[]>();
  for (const { name, depends_on } of order) {
    for (const [dependency, { restart }] of depends_on ?? []) {
      if (restart === true) dependents.set(dependency, [...(dependents.get(dependency) ?? []), name]);
    }
  }
  return {
    causeFor: (service) =>
      [...(service.depends_on ?? [])].find(
        ([name, dependency]) => dependency.restart === true && isReplaced(name),
      )?.[0],
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
