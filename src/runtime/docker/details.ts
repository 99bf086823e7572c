import { type ContainerId, containerId } from '../../core/ids.ts';
import type { ContainerDetails, Health, ProbeResult } from '../observed.ts';
import { probeCommand } from '../probe-command.ts';
import { apiPath, type EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import { shortId } from './short-id.ts';
import { containerState } from './status-text.ts';
import type { ContainerBody, HealthBody } from './wire.ts';

/** Undefined when there is no such container. */
export async function findContainer(
  client: EngineClient,
  container: string,
  signal?: AbortSignal,
): Promise<ContainerBody | undefined> {
  try {
    return await client.json<ContainerBody>(
      {
        method: 'GET',
        path: apiPath`/containers/${container}/json`,
        task: `inspect container ${shortId(container)}`,
      },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return undefined;
    throw error;
  }
}

export async function inspectContainer(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<ContainerDetails | undefined> {
  const body = await findContainer(client, container, signal);
  return body === undefined ? undefined : containerDetails(body);
}

function containerDetails(body: ContainerBody): ContainerDetails {
  const state = body.State ?? {};
  const startedAt = timeOf(state.StartedAt);
  const finishedAt = timeOf(state.FinishedAt);
  const command = probeCommand(body.Config?.Healthcheck?.Test);
  return {
    id: containerId(body.Id),
    name: (body.Name ?? '').replace(/^\//, ''),
    labels: body.Config?.Labels ?? {},
    state: containerState(state.Status),
    health: healthOf(body),
    exitCode: state.ExitCode ?? 0,
    oomKilled: state.OOMKilled ?? false,
    error: state.Error ?? '',
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    restartCount: body.RestartCount ?? 0,
    tty: body.Config?.Tty ?? false,
    stdinOpen: body.Config?.OpenStdin ?? false,
    ...(command === undefined ? {} : { probe: { command } }),
    probes: (healthBody(body)?.Log ?? []).map(
      (probe): ProbeResult => ({ exitCode: probe.ExitCode ?? 0, output: probe.Output ?? '' }),
    ),
  };
}

export function healthOf(body: ContainerBody): Health {
  const status = healthBody(body)?.Status;
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

function healthBody(body: ContainerBody): HealthBody | undefined {
  return body.State?.Health ?? body.State?.Healthcheck ?? undefined;
}

/** The engine writes the year 1 for "never". */
function timeOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.startsWith('0001-') ? undefined : text;
}
