import { hash } from 'node:crypto';
import { type Encoded, goJson } from '../../core/go-json.ts';
import type { Dialect } from '../model/codec.ts';
import { network as networkCodec, volume as volumeCodec } from '../model/resources.ts';
import { service as serviceCodec } from '../model/service.ts';
import type { Network, Service, Volume } from '../project.ts';

export interface HashOptions {
  /**
   * Gives `container:<id>` for a service that is referred to by `service:x` or `volumes_from` (which takes the bare
   * id of it); absent: as written.
   */
  readonly resolve?: (service: string) => string | undefined;
  readonly dialect?: Dialect;
}

/** docker compose's config hash of a service, byte for byte. */
export function serviceHash(service: Service, options: HashOptions = {}): string {
  return sha256(canonicalService(service, options));
}

export function networkHash(network: Network, { dialect = 'v5' }: HashOptions = {}): string {
  return sha256(networkCodec.encode(network, { format: 'json', dialect }));
}

export function volumeHash(volume: Volume, { dialect = 'v5' }: HashOptions = {}): string {
  const complete: Volume =
    volume.driver === undefined || volume.driver === '' ? { ...volume, driver: 'local' } : volume;
  return sha256(volumeCodec.encode(complete, { format: 'json', dialect }));
}

/**
 * What the hash of a service is made from: its definition without the parts that do not make a container another
 * one. Kept beside the hash, it tells which field changed.
 */
export function canonicalService(
  service: Service,
  { resolve, dialect = 'v5' }: HashOptions = {},
): ReadonlyMap<string, Encoded> {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _depends,
    profiles: _profiles,
    env_file: _env,
    ...rest
  } = service;
  const referring = resolve === undefined ? rest : withReferences(rest as Service, resolve);
  const encoded = serviceCodec.encode(withoutReplicas(referring as Service), { format: 'json', dialect });
  return encoded as ReadonlyMap<string, Encoded>;
}

function withoutReplicas(service: Service): Service {
  if (service.deploy?.replicas === undefined) return service;
  const { replicas: _replicas, ...deploy } = service.deploy;
  return { ...service, deploy };
}

function withReferences(service: Service, resolve: (name: string) => string | undefined): Service {
  const shared = (value: string | undefined): string | undefined => {
    if (value?.startsWith('service:') !== true) return value;
    return resolve(value.slice('service:'.length)) ?? value;
  };
  const changed: Record<string, unknown> = {};
  for (const key of ['network_mode', 'ipc', 'pid'] as const) {
    const value = shared(service[key]);
    if (value !== undefined) changed[key] = value;
  }
  if (service.volumes_from !== undefined) {
    changed['volumes_from'] = service.volumes_from.map((source) => {
      const [first = '', second = ''] = source.split(':');
      if (first === 'container') return second;
      return resolve(first)?.slice('container:'.length) ?? source;
    });
  }
  return { ...service, ...changed };
}

function sha256(definition: Encoded): string {
  return hash('sha256', goJson(definition));
}
