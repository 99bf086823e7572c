import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { EndpointSpec, NetworkSpec } from '../../../network/index.ts';
import { withoutNetwork } from './network-record.ts';
import type { NetworkRecord, NetworkState } from './state.ts';

/**
 * The network of `network_mode: bridge`. It is of no project: the first container that wants it brings it about, and it
 * goes with the last one.
 */
export const bridge: NetworkSpec = {
  key: 'bridge',
  name: 'bridge',
  driverOptions: {},
  ipam: { options: {}, pools: [] },
  internal: false,
  attachable: false,
  labels: {},
  hash: '',
};

/** What Docker makes of a `network_mode` that is no other word: `default` is the bridge, the rest are names of networks. */
export function endpointOfMode(mode: string, macAddress: string | undefined): EndpointSpec {
  return {
    network: mode === 'default' ? bridge.name : mode,
    aliases: [],
    links: [],
    linkLocalAddresses: [],
    driverOptions: {},
    ...(macAddress === undefined ? {} : { macAddress }),
  };
}

/** Takes the bridge out when no container is in it any more; `gone` is what has to be taken away. */
export function endIdleBridge(state: NetworkState): {
  readonly state: NetworkState;
  readonly gone: readonly NetworkRecord[];
} {
  const used = new Set(
    Object.values(state.containers).flatMap(({ endpoints }) => endpoints.map(({ networkId }) => networkId)),
  );
  const gone = state.networks.filter(({ id, builtIn }) => builtIn && !used.has(id));
  return { state: gone.reduce((current, { id }) => withoutNetwork(current, id), state), gone };
}

/** Nobody else's network has a name that `network_mode` means something else by. */
export function refuseOwnName({ name }: NetworkSpec): void {
  if (!ownNames.has(name)) return;
  throw new FlotillaError('engine.request', `cannot create network "${name}": the name is the engine's own`, {
    hint: `Choose another name; \`network_mode: ${name}\` needs no network.`,
  });
}

const ownNames = new Set([bridge.name, 'default', 'host', 'none']);

export function isEnginesOwn(name: string): FlotillaError {
  return new FlotillaError(
    'engine.request',
    `network ${quote(name)} is the engine's own: it is not removed`,
    {
      hint: 'It goes with its last container.',
    },
  );
}
