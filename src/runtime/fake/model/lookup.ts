import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { EngineState, FakeContainer, FakeNetwork } from './state.ts';

/** By id, by name, or by the beginning of an id that no other container's id shares. */
export function findContainer(state: EngineState, ref: string): FakeContainer | undefined {
  const byId = state.containers.get(ref as FakeContainer['id']);
  if (byId !== undefined) return byId;
  const all = [...state.containers.values()];
  const byName = all.find((container) => container.name === ref);
  if (byName !== undefined || !/^[0-9a-f]+$/.test(ref)) return byName;
  const byPrefix = all.filter((container) => container.id.startsWith(ref));
  return byPrefix.length === 1 ? byPrefix[0] : undefined;
}

export function requireContainer(state: EngineState, ref: string): FakeContainer {
  const container = findContainer(state, ref);
  if (container === undefined) throw new FlotillaError('engine.request', `no such container: ${quote(ref)}`);
  return container;
}

export function requireRunning(state: EngineState, ref: string, task: string): FakeContainer {
  const container = requireContainer(state, ref);
  if (isRunning(container)) return container;
  throw new FlotillaError(
    'engine.conflict',
    `cannot ${task} container ${quote(container.name)}: it is not running`,
  );
}

/** A process of it exists, even if it is paused. */
export function isRunning(container: FakeContainer): boolean {
  return container.state.kind === 'running' || container.state.kind === 'paused';
}

export function findNetwork(state: EngineState, ref: string): FakeNetwork | undefined {
  return state.networks.get(ref) ?? [...state.networks.values()].find((network) => network.id === ref);
}
