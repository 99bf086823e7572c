import type { LoadResult, Project } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { containerName } from '../desired/index.ts';
import { serviceOf } from './observed.ts';
import type { ReplicaDecision } from './replicas.ts';

export interface NameUse {
  readonly project: Project;
  readonly containers: readonly ObservedContainer[];
  readonly decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>;
  /** By the names of containers that the plan takes away, the steps that do it. */
  readonly freedNames: ReadonlyMap<string, StepId>;
  readonly locate: LoadResult['locate'];
}

/** Said before anything is stopped: the engine would refuse a name that another container of the project keeps. */
export function takenNames({
  project,
  containers,
  decisions,
  freedNames,
  locate,
}: NameUse): readonly Diagnostic[] {
  const holders = new Map(containers.map((container) => [container.name, container]));
  return [...decisions].flatMap(([name, list]) => {
    const service = project.services.get(name);
    if (service === undefined) return [];
    return list.flatMap((decision): readonly Diagnostic[] => {
      if (decision.kind !== 'create' && decision.kind !== 'recreate' && decision.kind !== 'replace')
        return [];
      const wanted = containerName(project, service, decision.number);
      const holder = holders.get(wanted);
      if (holder === undefined || freedNames.has(wanted)) return [];
      return [taken(wanted, name, holder, locate)];
    });
  });
}

function taken(
  wanted: string,
  service: ServiceName,
  holder: ObservedContainer,
  locate: LoadResult['locate'],
): Diagnostic {
  const owner = serviceOf(holder);
  const whose = owner === undefined ? 'another container' : `a container of service ${quote(owner)}`;
  return {
    severity: 'error',
    code: 'engine.conflict',
    message: `service ${quote(service)} cannot have the container name ${quote(wanted)}: ${whose}, which is no part of this run, has it`,
    hint: `Remove it with \`docker rm -f ${wanted}\`; --remove-orphans does so for a service that is not in the file any more.`,
    path: `services.${service}`,
    ...placed(locate(['services', service, 'container_name'])),
  };
}
