import type { StepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { ContainerRef } from './steps.ts';

export function existing(container: ObservedContainer): ContainerRef {
  return { kind: 'existing', id: container.id, name: container.name };
}

export function created(by: StepId, name: string): ContainerRef {
  return { kind: 'created', by, name };
}
