import { findContainer, isRunning } from './lookup.ts';
import type { EngineState, FakeContainer } from './state.ts';

/** The address that a name has inside a container, as the engine's own name server would answer. */
export function resolveName(state: EngineState, container: FakeContainer, name: string): string | undefined {
  if (name === 'localhost') return '127.0.0.1';
  const { network, extraHosts } = container.spec;
  if (network.kind === 'container') {
    const other = findContainer(state, network.container);
    return other === undefined ? undefined : resolveName(state, other, name);
  }
  const fixed = extraHosts.find((entry) => entry.startsWith(`${name}:`));
  if (fixed !== undefined) return fixed.slice(name.length + 1);
  for (const { spec } of container.endpoints) {
    // The default bridge has addresses, but no names.
    if (spec.network === 'bridge') continue;
    const linked = spec.links.find((link) => link.endsWith(`:${name}`))?.split(':')[0];
    const address = addressOf(state, spec.network, linked ?? name);
    if (address !== undefined) return address;
  }
  return undefined;
}

function addressOf(state: EngineState, network: string, name: string): string | undefined {
  for (const container of state.containers.values()) {
    if (!isRunning(container)) continue;
    const endpoint = container.endpoints.find(({ spec }) => spec.network === network);
    if (endpoint === undefined) continue;
    const names = [
      container.name,
      container.id.slice(0, 12),
      container.spec.hostname,
      ...endpoint.spec.aliases,
    ];
    if (names.includes(name)) return endpoint.address;
  }
  return undefined;
}
