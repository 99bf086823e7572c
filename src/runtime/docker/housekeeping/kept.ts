import type { KeptNetwork, KeptVolume } from '../../housekeeping.ts';
import type { ObservedContainer } from '../../observed.ts';
import type { EngineClient } from '../client.ts';
import type { NetworkBody, VolumeBody } from '../wire.ts';

const builtIn: ReadonlySet<string> = new Set([
  'bridge',
  'host',
  'none',
  'ingress',
  'docker_gwbridge',
  'podman',
]);

export function keptNetwork(body: NetworkBody, containers: readonly ObservedContainer[]): KeptNetwork {
  const createdAt = Date.parse(body.Created ?? '');
  return {
    id: body.Id,
    name: body.Name,
    driver: body.Driver ?? '',
    scope: body.Scope ?? 'local',
    labels: body.Labels ?? {},
    internal: body.Internal ?? false,
    ipv6: body.EnableIPv6 ?? false,
    ...(createdAt > 0 ? { createdAt } : {}),
    builtIn: builtIn.has(body.Name),
    inUse: containers.some(
      ({ state, networks }) =>
        runs.has(state) && networks.some(({ network, networkId }) => (networkId ?? network) === body.Id),
    ),
  };
}

const runs: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

export function keptVolume(
  body: VolumeBody,
  containers: readonly ObservedContainer[],
  client: Pick<EngineClient, 'api' | 'isPodman'>,
): KeptVolume {
  const labels = body.Labels ?? {};
  return {
    name: body.Name,
    driver: body.Driver ?? 'local',
    scope: body.Scope ?? 'local',
    labels,
    mountpoint: body.Mountpoint ?? '',
    // Engines before 23 do not mark those that they named themselves.
    anonymous:
      labels['com.docker.volume.anonymous'] !== undefined ||
      ((client.api < 42 || client.isPodman) && /^[0-9a-f]{64}$/.test(body.Name)),
    inUse: containers.some(({ mounts }) =>
      mounts.some(({ kind, name }) => kind === 'volume' && name === body.Name),
    ),
  };
}
