import type { Project } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import type { ProjectName, ServiceName } from '../../core/ids.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { isOneOff, isRunning, replicaNumber, serviceOf } from '../plan/index.ts';
import { observeContainers, type Session } from './session.ts';

export interface ContainersRequest {
  readonly projectName: ProjectName;
  /** Empty is all. */
  readonly services: ReadonlySet<ServiceName>;
  /** Include those that do not run. */
  readonly all: boolean;
  /** Include finished and running one-off containers of `run`. */
  readonly oneOffs: boolean;
}

/** A project's containers, by their labels, in byte order of their names. */
export async function listContainers(
  session: Session,
  request: ContainersRequest,
): Promise<readonly ObservedContainer[]> {
  const containers = await observeContainers(session, request.projectName);
  return containers.filter((container) => {
    const service = serviceOf(container);
    const named = request.services.size === 0 || (service !== undefined && request.services.has(service));
    return named && (request.all || isUp(container)) && (request.oneOffs || !isOneOff(container));
  });
}

/** Whether it has processes, held still or not. */
export function isUp(container: ObservedContainer): boolean {
  return isRunning(container) || container.state === 'paused';
}

/** The container in which a command of `exec` runs: replica `index`, else the lowest-numbered running one. */
export async function pickContainer(
  session: Session,
  projectName: ProjectName,
  service: ServiceName,
  index: number | undefined,
): Promise<ObservedContainer> {
  const candidates = await listContainers(session, {
    projectName,
    services: new Set([service]),
    all: false,
    oneOffs: !isChosen(index),
  });
  if (isChosen(index)) return withIndex(candidates, service, index);
  const [first] = inReplicaOrder(candidates);
  if (first === undefined) throw notRunning(service, [], '');
  return first;
}

/** As for docker compose, 0 is as good as none. */
export function isChosen(index: number | undefined): index is number {
  return index !== undefined && index > 0;
}

/** The lowest-numbered replica first, one-off containers last. */
export function inReplicaOrder(containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  return [...containers].sort(
    (left, right) =>
      Number(isOneOff(left)) - Number(isOneOff(right)) || replicaNumber(left) - replicaNumber(right),
  );
}

/** Throws `run.container-missing` when there is no such replica. */
export function withIndex(
  containers: readonly ObservedContainer[],
  service: ServiceName,
  index: number,
): ObservedContainer {
  const found = containers.find((each) => !isOneOff(each) && replicaNumber(each) === index);
  if (found === undefined) throw notRunning(service, containers, ` container #${index}`);
  return found;
}

function notRunning(
  service: ServiceName,
  others: readonly ObservedContainer[],
  which: string,
): FlotillaError {
  const numbers = others.filter((each) => !isOneOff(each)).map(replicaNumber);
  return new FlotillaError('run.container-missing', `service ${quote(service)} is not running${which}`, {
    hint:
      numbers.length === 0
        ? `Start it with \`flotilla up -d ${service}\`, or see what runs with \`flotilla ps\`.`
        : `It has ${numbers
            .sort((left, right) => left - right)
            .map((number) => `#${number}`)
            .join(', ')}.`,
  });
}

/** Rejects names of services that the file does not have; without one, those that no service can have. */
export function checkServiceNames(project: Project | undefined, names: readonly string[]): void {
  if (names.includes('')) {
    throw new FlotillaError('compose.no-service', 'no such service: ""', {
      hint: 'The name is empty: perhaps a variable is not set.',
    });
  }
  if (project === undefined) return;
  for (const name of names) {
    if (project.services.has(name as ServiceName) || project.disabledServices.has(name as ServiceName))
      continue;
    const known = [...project.services.keys(), ...project.disabledServices.keys()].sort();
    const [near] = suggest(name, known, 1);
    const meant = near === undefined ? '' : `Did you mean ${quote(near)}? `;
    throw new FlotillaError('compose.no-service', `no such service: ${name}`, {
      hint: `${meant}The services are ${known.map(quote).join(', ')}.`,
    });
  }
}
