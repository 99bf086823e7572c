import type { LoadResult, Project } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { containerName } from '../desired/index.ts';
import { serviceOf } from './observed.ts';
import type { ReplicaDecision } from './replicas.ts';
import type { OneOff } from './up-input.ts';

export interface NameUse {
  readonly project: Project;
  readonly containers: readonly ObservedContainer[];
  readonly decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>;
  /** By the names of containers that the plan takes away, the steps that do it. */
  readonly freedNames: ReadonlyMap<string, StepId>;
  /** What runs once, under a name that may have been chosen by a person. */
  readonly oneOff?: OneOff;
  readonly locate: LoadResult['locate'];
}

/** Said before anything is stopped: the engine would refuse a name that another container of the project keeps. */
export function takenNames({
  project,
  containers,
  decisions,
  freedNames,
  oneOff,
  locate,
}: NameUse): readonly Diagnostic[] {
  const holders = new Map(containers.map((container) => [container.name, container]));
  const once = oneOff === undefined ? undefined : holders.get(oneOff.name);
  const typed = oneOff === undefined || once === undefined ? [] : [takenByHand(oneOff, once)];
  const replicas = [...decisions].flatMap(([name, list]) => {
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
  return [...typed, ...replicas];
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

function takenByHand({ service, name }: OneOff, holder: ObservedContainer): Diagnostic {
  const owner = serviceOf(holder);
  return {
    severity: 'error',
    code: 'engine.conflict',
    message: `there is already a container ${quote(name)}${owner === undefined ? '' : ` of service ${quote(owner)}`}`,
    hint: `Choose another --name, or remove that one with \`docker rm -f ${name}\`.`,
    path: `services.${service}`,
  };
}
