import { containerId } from '../../core/ids.ts';
import type { PortHolder } from '../observed.ts';
import type { EngineClient } from './client.ts';
import { listeningProcesses } from './listening-processes.ts';
import type { ContainerSummaryBody } from './wire.ts';

/**
 * Who has these ports of the engine's host: running containers of all projects, and the processes of this machine when
 * the engine is on it. A failure to look is no failure: then the engine itself will tell when it cannot bind.
 */
export async function findPortHolders(
  client: EngineClient,
  ports: readonly number[],
  signal: AbortSignal,
): Promise<readonly PortHolder[]> {
  const [bodies, processes] = await Promise.all([
    client.json<readonly ContainerSummaryBody[]>(
      { method: 'GET', path: '/containers/json', task: 'list the running containers' },
      signal,
    ),
    listeningProcesses(client.endpoint, ports),
  ]);
  const containers = bodies.flatMap((body) => holdersOf(body, ports));
  const taken = new Set(containers.map(({ port, protocol }) => `${port}/${protocol}`));
  // The engine's own proxy listens for its containers.
  return [...containers, ...processes.filter(({ port, protocol }) => !taken.has(`${port}/${protocol}`))];
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
