import { createHash } from 'node:crypto';
import type { ContainerId } from '../../../core/ids.ts';
import type { ContainerAction } from '../../driver.ts';
import type { Health } from '../../observed.ts';
import type { EngineState, FakeContainer } from './state.ts';

/** What a change makes of the state, and what there is to tell about it, in order. */
export interface Transition {
  readonly state: EngineState;
  readonly events: readonly ModelEvent[];
}

/** An event before the engine's clock stamps it. */
export interface ModelEvent {
  readonly action: ContainerAction;
  readonly container: ContainerId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exitCode?: number;
  readonly health?: Health;
}

export function quietly(state: EngineState): Transition {
  return { state, events: [] };
}

export function eventOf(
  container: FakeContainer,
  action: ContainerAction,
  more: { readonly exitCode?: number; readonly health?: Health } = {},
): ModelEvent {
  return { action, container: container.id, name: container.name, labels: container.spec.labels, ...more };
}

export function putContainer(state: EngineState, container: FakeContainer): EngineState {
  return { ...state, containers: withEntry(state.containers, container.id, container) };
}

export function withEntry<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
): ReadonlyMap<Key, Value> {
  return new Map(map).set(key, value);
}

export function withoutEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** An id as engines make them, 64 hex digits, but the same one in every run. */
export function idOf(kind: string, serial: number | string): string {
  return createHash('sha256').update(`${kind} ${serial}`).digest('hex');
}
