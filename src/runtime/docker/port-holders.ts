import { hostname } from 'node:os';
import { containerId } from '../../core/ids.ts';
import type { PortHolder } from '../observed.ts';
import type { EngineClient } from './client.ts';
import { RefusedError } from './failure.ts';
import { listeningProcesses } from './listening-processes.ts';
import type { ContainerSummaryBody } from './wire.ts';

/**
 * Who has these ports of the engine's host: running containers of all projects, and the processes of this machine when
 * the engine is on it.
 */
export async function findPortHolders(
  client: EngineClient,
  ports: readonly number[],
  signal: AbortSignal,
): Promise<readonly PortHolder[]> {
  const bodies = await client.json<readonly ContainerSummaryBody[]>(
    { method: 'GET', path: '/containers/json', task: 'list the running containers' },
    signal,
  );
  const containers = bodies.flatMap((body) => holdersOf(body, ports));
  // The engine's own proxy listens for its containers.
  const taken = new Set(containers.map(({ port }) => port));
  const processes = await listeningProcesses(
    client.endpoint,
    ports.filter((port) => !taken.has(port)),
  );
  // A socket of this machine may lead to an engine on another one.
  return processes.length > 0 && (await isOnThisMachine(client, signal))
    ? [...containers, ...processes]
    : containers;
}

/** Proxies in front of an engine often refuse this call: then the engine itself will tell when it cannot bind. */
async function isOnThisMachine(client: EngineClient, signal: AbortSignal): Promise<boolean> {
  try {
    const { Name } = await client.json<{ readonly Name?: string }>(
      { method: 'GET', path: '/info', task: 'ask the engine where it is' },
      signal,
    );
    return Name === hostname();
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

function holdersOf(body: ContainerSummaryBody, ports: readonly number[]): readonly PortHolder[] {
  const name = (body.Names ?? []).find((each) => each.lastIndexOf('/') <= 0)?.replace(/^\//, '') ?? body.Id;
  return (body.Ports ?? []).flatMap(({ IP, PublicPort, Type }) =>
    PublicPort === undefined || !ports.includes(PublicPort)
      ? []
      : [
          {
            port: PublicPort,
            protocol: Type ?? 'tcp',
            ...(IP === undefined || IP === '' || IP === '0.0.0.0' || IP === '::' ? {} : { hostIp: IP }),
            holder: { kind: 'container', id: containerId(body.Id), name, labels: body.Labels ?? {} },
          },
        ],
  );
}
