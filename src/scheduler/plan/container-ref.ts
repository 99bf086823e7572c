import type { Service } from '../../compose/index.ts';
import type { StepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { ContainerRef } from './steps.ts';

export function existing(container: ObservedContainer): ContainerRef {
  return { kind: 'existing', id: container.id, name: container.name };
}

export function created(by: StepId, name: string): ContainerRef {
  return { kind: 'created', by, name };
}

/** What a start has to know of the mounts of a container that exists: only files of the service could be in their way. */
export function mountedIn(
  container: ObservedContainer | undefined,
  service: Pick<Service, 'configs' | 'secrets'> | undefined,
): { readonly mounted?: readonly string[] } {
  const files = (service?.configs ?? []).length + (service?.secrets ?? []).length;
  if (container === undefined || files === 0 || container.mounts.length === 0) return {};
  return { mounted: container.mounts.map(({ target }) => target) };
}
