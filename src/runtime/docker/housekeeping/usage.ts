import { compareBytes } from '../../../core/text.ts';
import type { CacheUse, ContainerUse, EngineUsage, ImageUse } from '../../housekeeping.ts';
import type { EngineClient } from '../client.ts';
import { observeContainer } from '../snapshot.ts';
import type { CacheBody, ContainerSummaryBody, ImageSummaryBody, UsageBody } from '../wire.ts';
import { inTurn } from './in-turn.ts';

export async function engineUsage(
  client: EngineClient,
  signal: AbortSignal | undefined,
): Promise<EngineUsage> {
  const call = { method: 'GET', path: '/system/df', task: 'ask what the engine takes of the disk' } as const;
  const body = await inTurn(() => client.json<UsageBody>(call, signal), signal);
  const containers = await Promise.all(
    (body.Containers ?? []).map((each) => containerUse(client, each, signal)),
  );
  return {
    layers: body.LayersSize ?? 0,
    images: (body.Images ?? []).map((image) => imageUse(image, body.Containers ?? [])),
    containers: containers
      .flatMap((each) => each ?? [])
      .sort((left, right) => compareBytes(left.container.name, right.container.name)),
    volumes: (body.Volumes ?? [])
      .map(({ Name, UsageData }) => ({
        name: Name,
        ...((UsageData?.Size ?? -1) < 0 ? {} : { size: UsageData?.Size ?? 0 }),
        containers: Math.max(UsageData?.RefCount ?? 0, 0),
      }))
      .sort((left, right) => compareBytes(left.name, right.name)),
    cache: (body.BuildCache ?? []).map(cacheUse),
  };
}

/** Undefined for one that went away meanwhile. */
async function containerUse(
  client: EngineClient,
  body: ContainerSummaryBody & { readonly SizeRw?: number },
  signal: AbortSignal | undefined,
): Promise<ContainerUse | undefined> {
  const container = await observeContainer(client, body, signal);
  return container === undefined ? undefined : { container, size: body.SizeRw ?? 0 };
}

function imageUse(body: ImageSummaryBody, containers: readonly ContainerSummaryBody[]): ImageUse {
  const tags = (body.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
  const counted = body.Containers ?? -1;
  return {
    id: body.Id,
    tags,
    repoDigests: (body.RepoDigests ?? []).filter((digest) => digest !== '<none>@<none>'),
    ...(body.Created === undefined ? {} : { createdAt: body.Created * 1000 }),
    size: body.Size ?? 0,
    shared: Math.max(body.SharedSize ?? 0, 0),
    containers: counted >= 0 ? counted : containers.filter(({ ImageID }) => ImageID === body.Id).length,
  };
}

function cacheUse(body: CacheBody): CacheUse {
  return {
    id: body.ID,
    type: body.Type ?? '',
    size: body.Size ?? 0,
    inUse: body.InUse ?? false,
    shared: body.Shared ?? false,
    ...(body.CreatedAt ? { createdAt: body.CreatedAt } : {}),
    ...(body.LastUsedAt ? { lastUsedAt: body.LastUsedAt } : {}),
    uses: body.UsageCount ?? 0,
  };
}
