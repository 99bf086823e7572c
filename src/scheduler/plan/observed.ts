import type { Project } from '../../compose/index.ts';
import { type ServiceName, serviceName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedContainer, ObservedState } from '../../runtime/index.ts';

/** The project's containers, sorted by what they are to it. */
export interface ContainersByRole {
  /** Replicas of the project's services, by service. */
  readonly replicas: ReadonlyMap<ServiceName, readonly ObservedContainer[]>;
  /** Of services that the file knows but that are not selected. */
  readonly disabled: readonly ObservedContainer[];
  /** Of services that the file does not know any more, and finished one-off containers. */
  readonly orphans: readonly ObservedContainer[];
  /** One-off containers of `run` that are still at work. */
  readonly oneOffs: readonly ObservedContainer[];
}

export function containersByRole(project: Project, observed: ObservedState): ContainersByRole {
  const replicas = new Map<ServiceName, ObservedContainer[]>();
  const disabled: ObservedContainer[] = [];
  const orphans: ObservedContainer[] = [];
  const oneOffs: ObservedContainer[] = [];
  for (const container of observed.containers) {
    const service = serviceOf(container);
    if (isOneOff(container)) {
      (isFinished(container) ? orphans : oneOffs).push(container);
    } else if (service !== undefined && project.services.has(service)) {
      const list = replicas.get(service) ?? [];
      list.push(container);
      replicas.set(service, list);
    } else if (service !== undefined && project.disabledServices.has(service)) {
      disabled.push(container);
    } else {
      orphans.push(container);
    }
  }
  return { replicas, disabled, orphans, oneOffs };
}

export function serviceOf(container: Pick<ObservedContainer, 'labels'>): ServiceName | undefined {
  const name = container.labels[labels.service];
  return name === undefined || name === '' ? undefined : serviceName(name);
}

/** For the input of steps. */
export function ownerOf(container: Pick<ObservedContainer, 'labels'>): { readonly service?: ServiceName } {
  const service = serviceOf(container);
  return service === undefined ? {} : { service };
}

export function isOneOff(container: Pick<ObservedContainer, 'labels'>): boolean {
  return container.labels[labels.oneOff] === 'True';
}

/** Replica number, or 0 when the label is no number. */
export function replicaNumber(container: ObservedContainer): number {
  const number = Number(container.labels[labels.containerNumber]);
  return Number.isInteger(number) && number > 0 ? number : 0;
}

export function isRunning(container: ObservedContainer): boolean {
  return container.state === 'running' || container.state === 'restarting';
}

/** Whether it needs no start to be there a moment later. */
export function staysUp(container: ObservedContainer): boolean {
  return isRunning(container) && container.isStopCutShort !== true;
}

function isFinished(container: ObservedContainer): boolean {
  return container.state === 'exited' || container.state === 'dead';
}
