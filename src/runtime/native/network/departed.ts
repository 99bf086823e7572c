import type { DepartedPort, NetworkState } from './state.ts';

/**
 * The bridge's port of a container that is gone goes with the container's namespace, which the kernel takes away in its
 * own time: to take it away at once would keep whoever removes the container waiting. Only before somebody else gets an
 * address of that network has it to be gone, for until then it would answer for its own, which may be the same.
 */
export function noteDeparted(state: NetworkState, ports: readonly DepartedPort[]): NetworkState {
  return ports.length === 0 ? state : { ...state, departed: [...(state.departed ?? []), ...ports] };
}

/** Takes out those of the networks, which are then the caller's to deal with. */
export function takeDeparted(
  state: NetworkState,
  isOf: (networkId: string) => boolean,
): { readonly state: NetworkState; readonly ports: readonly DepartedPort[] } {
  const { departed = [], ...others } = state;
  const ports = departed.filter(({ networkId }) => isOf(networkId));
  if (ports.length === 0) return { state, ports };
  const rest = departed.filter(({ networkId }) => !isOf(networkId));
  return { state: rest.length === 0 ? others : { ...others, departed: rest }, ports };
}
