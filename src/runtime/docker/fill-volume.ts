import { labels } from '../../core/labels.ts';
import type { VolumeSpec } from '../../volumes/index.ts';
import type { VolumeFilling } from '../driver.ts';
import { putFiles } from './archive.ts';
import { apiPath, type EngineClient } from './client.ts';
import { findContainer } from './details.ts';
import { isConflict, isRefused } from './failure.ts';
import { createVolume } from './volumes.ts';

/** Where the helper has the volume. */
const folder = '/flotilla-files';

/**
 * Engines take files for containers only, so a helper lends its place: a container that mounts the volume and is never
 * started. It carries the label of docker compose's helpers, by which `down` finds one that a crash left behind.
 */
export async function fillVolume(
  client: EngineClient,
  { volume, image, platform, service, files }: VolumeFilling,
  now: () => number,
  signal?: AbortSignal,
): Promise<void> {
  await createVolume(client, volume, signal);
  const name = `${volume.name}-helper`;
  const create = (): Promise<unknown> =>
    client.send(
      {
        method: 'POST',
        path: '/containers/create',
        query: { name, platform },
        json: helper(volume, image, service),
        task: `create container "${name}"`,
      },
      signal,
    );
  const remove = (): Promise<unknown> =>
    client
      .send({
        method: 'DELETE',
        path: apiPath`/containers/${name}`,
        // The image's own volumes go with it; the one that it fills has a name and stays.
        query: { force: true, v: true },
        task: `remove container "${name}"`,
      })
      .catch(unlessMissing);
  await create().catch(async (error: unknown) => {
    if (!isConflict(error)) throw error;
    const body = await findContainer(client, name, signal);
    const own = body?.Config?.Labels ?? {};
    const project = volume.labels[labels.project];
    if (body !== undefined && (own[labels.hook] !== helperKind || own[labels.project] !== project))
      throw error;
    // A run that was killed left it behind.
    await remove();
    await create();
  });
  try {
    const inside = files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
    await putFiles(client, name, inside, now, signal);
  } catch (error) {
    // What went wrong first is what there is to tell.
    await remove().catch(() => {});
    throw error;
  }
  await remove();
}

/** Tells the helper from those of hooks. */
const helperKind = 'files';

function helper(volume: VolumeSpec, image: string, service: string): unknown {
  return {
    Image: image,
    Entrypoint: ['/flotilla-helper-is-never-started'],
    Labels: {
      [labels.project]: volume.labels[labels.project],
      [labels.service]: service,
      [labels.hook]: helperKind,
    },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [{ Type: 'volume', Source: volume.name, Target: folder, VolumeOptions: { NoCopy: true } }],
    },
  };
}

function unlessMissing(error: unknown): void {
  if (!isRefused(error, 404)) throw error;
}
