import { FlotillaError } from '../../core/error.ts';
import type { ContainerId } from '../../core/ids.ts';
import type { ProcessTable, RemoveOptions } from '../driver.ts';
import { apiPath, type EngineClient } from './client.ts';
import { findContainer } from './details.ts';
import { isRefused } from './failure.ts';
import { shortId } from './short-id.ts';
import { findVolume, removeVolume } from './volumes.ts';
import type { ContainerBody } from './wire.ts';

export async function startContainer(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<void> {
  const post = (verb: string) =>
    client.send(
      {
        method: 'POST',
        path: apiPath`/containers/${container}/${verb}`,
        task: `start container ${shortId(container)}`,
      },
      signal,
    );
  try {
    await post('start');
  } catch (error) {
    if (!isRefused(error, 304, 409, 500) || !/paused/i.test(error.reply)) throw error;
    await post('unpause');
  }
}

/** Succeeds for a container that does not run or is gone. */
export async function stopContainer(
  client: EngineClient,
  container: ContainerId,
  options: { readonly timeoutSeconds?: number },
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/containers/${container}/stop`,
        query: { t: options.timeoutSeconds },
        task: `stop container ${shortId(container)}`,
      },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 404)) throw error;
  }
}

/** Succeeds for a container that does not run or is gone. */
export async function killContainer(
  client: EngineClient,
  container: ContainerId,
  signalName: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/containers/${container}/kill`,
        query: { signal: signalName },
        task: `send ${signalName} to container ${shortId(container)}`,
      },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return;
    if (
      isRefused(error, 409, 500) &&
      /is not running|not in a running state|can only kill running/i.test(error.reply)
    )
      return;
    throw error;
  }
}

export async function listProcesses(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<ProcessTable> {
  const { Titles, Processes } = await client.json<{
    readonly Titles?: readonly string[] | null;
    readonly Processes?: readonly (readonly string[])[] | null;
  }>(
    {
      method: 'GET',
      path: apiPath`/containers/${container}/top`,
      task: `list the processes of container ${shortId(container)}`,
    },
    signal,
  );
  return { titles: Titles ?? [], processes: Processes ?? [] };
}

/** Succeeds for a paused container. */
export function pauseContainer(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<void> {
  return hold(client, container, { verb: 'pause', done: /already paused/i }, signal);
}

/** Succeeds for a container that is not paused. */
export function unpauseContainer(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<void> {
  // Podman says so of one that does not run, too.
  return hold(client, container, { verb: 'unpause', done: /is not (paused|running)/i }, signal);
}

/** `done`: how engines refuse what is so already. */
async function hold(
  client: EngineClient,
  container: ContainerId,
  { verb, done }: { readonly verb: 'pause' | 'unpause'; readonly done: RegExp },
  signal: AbortSignal | undefined,
): Promise<void> {
  const task = `${verb} container ${shortId(container)}`;
  try {
    await client.send({ method: 'POST', path: apiPath`/containers/${container}/${verb}`, task }, signal);
  } catch (error) {
    if (!isRefused(error, 409, 500) || !done.test(error.reply)) throw error;
  }
}

export async function removeContainer(
  client: EngineClient,
  container: ContainerId,
  options: RemoveOptions,
  signal?: AbortSignal,
): Promise<void> {
  // The engine takes an inherited anonymous volume for a named one and would leave it behind.
  const volumes = options.volumes ? await inheritedVolumes(client, container, signal) : [];
  try {
    await client.send(
      {
        method: 'DELETE',
        path: apiPath`/containers/${container}`,
        query: { force: options.force, v: options.volumes },
        task: `remove container ${shortId(container)}`,
      },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 409) && /already in progress/i.test(error.reply)) {
      await waitRemoved(client, container, signal);
    } else if (!isRefused(error, 404)) {
      throw error;
    }
  }
  await Promise.all(volumes.map((name) => removeAnonymous(client, name, signal)));
}

export async function renameContainer(
  client: EngineClient,
  container: ContainerId,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/containers/${container}/rename`,
        query: { name },
        task: `rename container ${shortId(container)} to "${name}"`,
      },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 400, 409, 500)) throw error;
    const body = await findContainer(client, container, signal);
    if (body?.Name !== `/${name}`) throw error;
  }
}

/** Somebody else is removing it: the promise is that it is gone afterwards. */
async function waitRemoved(
  client: EngineClient,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.send(
      {
        method: 'POST',
        path: apiPath`/containers/${container}/wait`,
        query: { condition: 'removed' },
        task: `wait until container ${shortId(container)} is removed`,
      },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 404)) throw error;
  }
}

/** By their names in the settings; what `volumes_from` brings along belongs to another container. */
async function inheritedVolumes(
  client: EngineClient,
  container: ContainerId,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const body: ContainerBody | undefined = await findContainer(client, container, signal);
  const { Binds: binds, Mounts: mounts } = body?.HostConfig ?? {};
  const names = [
    ...(binds ?? []).map((bind) => bind.split(':')[0] ?? ''),
    ...(mounts ?? []).flatMap(({ Type: type, Source: source }) => (type === 'volume' ? (source ?? []) : [])),
  ];
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}

async function removeAnonymous(
  client: EngineClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = await findVolume(client, name, signal);
  if (body === undefined) return;
  // Engines since 23 mark what they named themselves; the older ones leave only the form of the name.
  if (client.api >= 42 && body.Labels?.['com.docker.volume.anonymous'] === undefined) return;
  if (client.api < 42 && Object.keys(body.Labels ?? {}).length > 0) return;
  try {
    await removeVolume(client, name, signal);
  } catch (error) {
    // Another container still uses it.
    if (!(error instanceof FlotillaError && error.code === 'engine.conflict')) throw error;
  }
}
