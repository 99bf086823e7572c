import { compareBytes } from '../../../core/text.ts';
import type { KeptNetwork, KeptVolume } from '../../housekeeping.ts';
import { listRecords } from '../containers/record.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import { volumesOf } from '../containers/users.ts';
import type { Engine } from '../engine.ts';

export function keptVolumes({ parts, root }: Engine): readonly KeptVolume[] {
  // Volumes first: what is made after that has no user that could be missed.
  const volumes = parts.volumes.list();
  const used = new Set(listRecords(root).flatMap((record) => volumesOf(root, record)));
  return volumes.map(({ name, driver, labels, anonymous, data }) => ({
    name,
    driver,
    scope: 'local',
    labels,
    mountpoint: data,
    anonymous,
    inUse: used.has(name),
  }));
}

export function keptNetworks(engine: Engine): readonly KeptNetwork[] {
  const { parts, root } = engine;
  const running = new Set<string>(
    listRecords(root).flatMap(({ id }) => (isRunning(lifeOf(engine, id)) ? [id] : [])),
  );
  return parts.networks
    .list()
    .map(({ id, name, labels, internal, builtIn, pools, createdAt, containers }) => ({
      id,
      name,
      driver: 'bridge',
      scope: 'local',
      labels,
      internal,
      ipv6: pools.some(({ subnet }) => subnet.includes(':')),
      createdAt,
      builtIn,
      inUse: containers.some((container) => running.has(container.id)),
    }))
    .sort((left, right) => compareBytes(left.name, right.name));
}
