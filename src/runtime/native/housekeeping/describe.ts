import type { Description } from '../../housekeeping.ts';
import { isRunning, lifeOf } from '../containers/run.ts';
import type { Engine } from '../engine.ts';

/** In the fields of `docker volume inspect`. */
export function describeVolume({ parts }: Engine, name: string): Description | undefined {
  const volume = parts.volumes.list().find((each) => each.name === name);
  if (volume === undefined) return undefined;
  const { createdAt, driver, labels, data, driverOptions } = volume;
  return {
    CreatedAt: new Date(createdAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    Driver: driver,
    Labels: labels,
    Mountpoint: data,
    Name: name,
    Options: driverOptions,
    Scope: 'local',
  };
}

/** In the fields of `docker network inspect`: containers are those that run. */
export function describeNetwork(engine: Engine, reference: string): Description | undefined {
  const found = engine.parts.networks.find(reference);
  if (found === undefined) return undefined;
  const { pools, containers } = found;
  return {
    Name: found.name,
    Id: found.id,
    Created: new Date(found.createdAt).toISOString(),
    Scope: 'local',
    Driver: 'bridge',
    EnableIPv4: pools.some(({ subnet }) => !subnet.includes(':')),
    EnableIPv6: pools.some(({ subnet }) => subnet.includes(':')),
    IPAM: {
      Driver: 'default',
      Options: {},
      Config: pools.map(({ subnet, range, gateway }) => ({
        Subnet: subnet,
        ...(range === undefined ? {} : { IPRange: range }),
        Gateway: gateway,
      })),
    },
    Internal: found.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      containers
        .filter(({ id }) => isRunning(lifeOf(engine, id)))
        .map(({ id, name, mac, ipv4, ipv6 }) => [
          id,
          {
            Name: name,
            EndpointID: '',
            MacAddress: mac ?? '',
            IPv4Address: ipv4 ?? '',
            IPv6Address: ipv6 ?? '',
          },
        ]),
    ),
    Options: {},
    Labels: found.labels,
  };
}
