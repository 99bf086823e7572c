import { createHash } from 'node:crypto';
import type { ContainerId } from '../../../core/ids.ts';
import type { ContainerAction } from '../../driver.ts';
import { eventWords } from '../../event-words.ts';
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
  readonly words: string;
  readonly details: Readonly<Record<string, string>>;
}

export function quietly(state: EngineState): Transition {
  return { state, events: [] };
}

export function eventOf(
  container: FakeContainer,
  action: ContainerAction,
  more: { readonly exitCode?: number; readonly health?: Health } = {},
): ModelEvent {
  const { id, name, spec } = container;
  const { exitCode, health } = more;
  const details = { image: spec.image, ...(exitCode === undefined ? {} : { exitCode: String(exitCode) }) };
  const words = eventWords(action, health);
  return { action, container: id, name, labels: spec.labels, ...more, words, details };
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
