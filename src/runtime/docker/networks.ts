import type { ContainerId } from '../../core/ids.ts';
import type { EndpointSpec, NetworkSpec, ObservedNetwork } from '../../network/index.ts';
import { conflict, isSame } from '../ownership.ts';
import { withAddressHolders } from './address-pool.ts';
import { apiPath, type EngineClient } from './client.ts';
import { findContainer } from './details.ts';
import { endpointBody } from './endpoints.ts';
import { isRefused } from './failure.ts';
import { shortId } from './short-id.ts';
import { requireApi } from './support.ts';
import { whoUses } from './users.ts';
import type { NetworkBody } from './wire.ts';

/** Old engines make a second network of the same name without a word, so it looks first and asks them to check. */
export async function createNetwork(
  client: EngineClient,
  spec: NetworkSpec,
  signal?: AbortSignal,
): Promise<void> {
  const existing = await findNetwork(client, spec.name, signal);
  if (existing !== undefined) return accept(existing, spec);
  try {
    await client.send(
      {
        method: 'POST',
        path: '/networks/create',
        json: networkBody(client, spec),
        task: `create network "${spec.name}"`,
      },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 409)) throw await withAddressHolders(client, spec, error, signal);
    const rival = await findNetwork(client, spec.name, signal);
    if (rival === undefined) throw error;
    accept(rival, spec);
    return;
  }
  if (client.api < 44) await giveWay(client, spec, signal);
}

/**
 * Engines before API 1.44 check for duplicates without a lock: two commands at once get two networks of one name. Who
 * came later takes its own away again.
 */
async function giveWay(
  client: EngineClient,
  spec: NetworkSpec,
  signal: AbortSignal | undefined,
): Promise<void> {
  const twins = (await listNetworks(client, spec.name, signal)).filter((body) =>
    isSame(body.Labels, spec.labels),
  );
  const byAge = twins.sort((left, right) => (age(left) < age(right) ? -1 : 1));
  for (const late of byAge.slice(1)) {
    // Its maker takes the same decision; the other one finds it in use or gone.
    await removeNetwork(client, late.Id, signal).catch(() => {});
  }
}

function age(body: NetworkBody): string {
  return `${body.Created ?? ''} ${body.Id}`;
}

export async function removeNetwork(client: EngineClient, name: string, signal?: AbortSignal): Promise<void> {
  try {
    await client.send(
      { method: 'DELETE', path: apiPath`/networks/${name}`, task: `remove network "${name}"` },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 404)) throw await whoUses(client, 'network', name, error, signal);
  }
}

/** Succeeds when the container is in the network already. */
export async function connectNetwork(
  client: EngineClient,
  container: ContainerId,
  endpoint: EndpointSpec,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/networks/${endpoint.network}/connect`,
        json: { Container: container, EndpointConfig: endpointBody(client.api, endpoint) },
        task: `connect container ${shortId(container)} to network "${endpoint.network}"`,
      },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 403, 409, 500)) throw error;
    const body = await findContainer(client, container, signal);
    if (body?.NetworkSettings?.Networks?.[endpoint.network] === undefined) throw error;
  }
}

/** Succeeds when the container is not in the network. */
export async function disconnectNetwork(
  client: EngineClient,
  container: ContainerId,
  network: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/networks/${network}/disconnect`,
        json: { Container: container, Force: false },
        task: `disconnect container ${shortId(container)} from network "${network}"`,
      },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return;
    if (!isRefused(error, 403, 409, 500)) throw error;
    const body = await findContainer(client, container, signal);
    if (body?.NetworkSettings?.Networks?.[network] !== undefined) throw error;
  }
}

export function observedNetwork(body: NetworkBody): ObservedNetwork {
  return { id: body.Id, name: body.Name, driver: body.Driver ?? '', labels: body.Labels ?? {} };
}

async function findNetwork(
  client: EngineClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<NetworkBody | undefined> {
  return (await listNetworks(client, name, signal))[0];
}

async function listNetworks(
  client: EngineClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly NetworkBody[]> {
  const bodies = await client.json<readonly NetworkBody[]>(
    {
      method: 'GET',
      path: '/networks',
      query: { filters: JSON.stringify({ name: [name] }) },
      task: `look for network "${name}"`,
    },
    signal,
  );
  // The filter matches parts of names.
  return bodies.filter((body) => body.Name === name);
}

function accept(existing: NetworkBody, spec: NetworkSpec): void {
  if (!isSame(existing.Labels, spec.labels)) throw conflict('network', spec.name);
}

function networkBody(client: Pick<EngineClient, 'api'>, spec: NetworkSpec): unknown {
  if (spec.enableIpv4 === false) requireApi(client.api, 48, `networks.${spec.key}.enable_ipv4`);
  const { ipam } = spec;
  return {
    Name: spec.name,
    CheckDuplicate: true,
    ...(spec.driver === undefined ? {} : { Driver: spec.driver }),
    Options: spec.driverOptions,
    Internal: spec.internal,
    Attachable: spec.attachable,
    ...(spec.enableIpv4 === undefined || client.api < 48 ? {} : { EnableIPv4: spec.enableIpv4 }),
    ...(spec.enableIpv6 === undefined ? {} : { EnableIPv6: spec.enableIpv6 }),
    Labels: spec.labels,
    ...(ipam.driver === undefined && ipam.pools.length === 0 && Object.keys(ipam.options).length === 0
      ? {}
      : {
          IPAM: {
            Driver: ipam.driver ?? 'default',
            Options: ipam.options,
            Config: ipam.pools.map((pool) => ({
              ...(pool.subnet === undefined ? {} : { Subnet: pool.subnet }),
              ...(pool.gateway === undefined ? {} : { Gateway: pool.gateway }),
              ...(pool.ipRange === undefined ? {} : { IPRange: pool.ipRange }),
              ...(Object.keys(pool.auxiliaryAddresses).length === 0
                ? {}
                : { AuxiliaryAddresses: pool.auxiliaryAddresses }),
            })),
          },
        }),
  };
}
