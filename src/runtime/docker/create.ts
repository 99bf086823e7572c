import { type ContainerId, containerId } from '../../core/ids.ts';
import type { MountSpec } from '../../volumes/index.ts';
import type { CreateOptions } from '../driver.ts';
import { asksForImageVolumes, inheritVolumes } from '../inherit-volumes.ts';
import { conflict, isSame } from '../ownership.ts';
import type { ContainerSpec } from '../spec.ts';
import { apiPath, type EngineClient } from './client.ts';
import { createBody } from './create-body.ts';
import { findContainer } from './details.ts';
import { networkingBody } from './endpoints.ts';
import { isConflict } from './failure.ts';
import { findImage } from './images.ts';
import { connectNetwork } from './networks.ts';
import { pause } from './pause.ts';
import { shortId } from './short-id.ts';
import { findVolume } from './volumes.ts';
import type { ContainerBody, ImageBody } from './wire.ts';

export async function createContainer(
  client: EngineClient,
  spec: ContainerSpec,
  options: CreateOptions,
  signal?: AbortSignal,
): Promise<ContainerId> {
  const name = options.as ?? spec.name;
  const inherited = options.inherit ?? [];
  const image = needsImage(spec, options) ? await findImage(client, spec.image, signal) : undefined;
  const networking = networkingBody(client.api, spec);
  const body = createBody(client.api, {
    spec,
    mounts: inheritVolumes(await mountable(client, spec.mounts, signal), inherited, volumesOf(image)),
    networking,
    ...(image === undefined ? {} : { imageEntrypoint: image.Config?.Entrypoint ?? [] }),
  });
  const made = await makeOrFind(client, spec, name, body, signal);
  try {
    for (const endpoint of networking.later) {
      if (!made.networks.includes(endpoint.network)) await connectNetwork(client, made.id, endpoint, signal);
    }
  } catch (error) {
    // Without its networks it is of no use; not even an abort may leave it behind.
    if (made.isNew) await removeQuietly(client, made.id);
    throw error;
  }
  return made.id;
}

/** Engines older than API 1.45 mount a single file of a volume by the path that it has on their host. */
async function mountable(
  client: EngineClient,
  mounts: readonly MountSpec[],
  signal: AbortSignal | undefined,
): Promise<readonly MountSpec[]> {
  if (client.api >= 45) return mounts;
  return Promise.all(
    mounts.map(async (mount): Promise<MountSpec> => {
      if (mount.kind !== 'volume' || mount.file !== true || mount.name === undefined) return mount;
      const folder = (await findVolume(client, mount.name, signal))?.Mountpoint;
      if (folder === undefined || folder === '') return mount;
      const { target, readOnly } = mount;
      return {
        kind: 'bind',
        source: `${folder}/${mount.subpath}`,
        target,
        readOnly,
        createHostPath: false,
      };
    }),
  );
}

interface Made {
  readonly id: ContainerId;
  readonly isNew: boolean;
  /** Networks that it is in already. */
  readonly networks: readonly string[];
}

/** How long a name may be reserved for a container that cannot be seen. */
const patienceMs = 5000;

/**
 * A name that is taken belongs to what shall be made, to something else, or to a container that is just being made or
 * removed; the last of them is waited for.
 */
async function makeOrFind(
  client: EngineClient,
  spec: ContainerSpec,
  name: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Made> {
  let waited = 0;
  for (let pauseMs = 10; ; pauseMs *= 2) {
    try {
      const reply = await client.json<{ readonly Id: string }>(
        {
          method: 'POST',
          path: '/containers/create',
          query: { name, platform: spec.platform },
          json: body,
          task: `create container "${name}"`,
        },
        signal,
      );
      return { id: containerId(reply.Id), isNew: true, networks: [] };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const found = await findContainer(client, name, signal);
      const status = found?.State?.Status;
      if (found !== undefined && status !== 'removing' && status !== 'dead') {
        return existing(found, spec, name);
      }
      if (waited >= patienceMs) throw error;
    }
    await pause(pauseMs, signal);
    waited += pauseMs;
  }
}

function existing(body: ContainerBody, spec: ContainerSpec, name: string): Made {
  if (!isSame(body.Config?.Labels, spec.labels)) throw conflict('container', name);
  return {
    id: containerId(body.Id),
    isNew: false,
    networks: Object.keys(body.NetworkSettings?.Networks ?? {}),
  };
}

function needsImage(spec: ContainerSpec, { inherit = [] }: CreateOptions): boolean {
  const clearsCommand = spec.command?.length === 0 && spec.entrypoint === undefined;
  return clearsCommand || asksForImageVolumes(spec.mounts, inherit);
}

function volumesOf(image: ImageBody | undefined): readonly string[] {
  return Object.keys(image?.Config?.Volumes ?? {});
}

async function removeQuietly(client: EngineClient, container: ContainerId): Promise<void> {
  try {
    await client.send({
      method: 'DELETE',
      path: apiPath`/containers/${container}`,
      query: { force: true, v: true },
      task: `remove container ${shortId(container)}`,
    });
  } catch {
    // The failure that led here is the one worth telling.
  }
}
