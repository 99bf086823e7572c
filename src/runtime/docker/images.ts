import { isImageReference } from '../../core/image-reference.ts';
import type { ObservedImage } from '../../images/index.ts';
import type { ImageStep } from '../driver.ts';
import type { KeptImage } from '../image-verbs.ts';
import { apiPath, type EngineClient } from './client.ts';
import { isRefused } from './failure.ts';
import type { HistoryBody, ImageBody, ManifestBody, PlatformBody, VersionBody } from './wire.ts';

/** Undefined when there is no such image. */
export async function inspectImage(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<KeptImage | undefined> {
  const body = await findImage(client, reference, signal);
  if (body === undefined) return undefined;
  const createdAt = Date.parse(body.Created ?? '');
  return {
    observed: await observedImage(client, body, signal),
    os: body.Os ?? '',
    architecture: body.Architecture ?? '',
    ...(body.Variant ? { variant: body.Variant } : {}),
    size: body.Size ?? 0,
    // The year 1 is Go's word for never.
    ...(createdAt >= 0 ? { createdAt } : {}),
  };
}

async function observedImage(
  client: EngineClient,
  body: ImageBody,
  signal: AbortSignal | undefined,
): Promise<ObservedImage> {
  const test = body.Config?.Healthcheck?.Test ?? [];
  const taggedAt = Date.parse(body.Metadata?.LastTagTime ?? '');
  return {
    digest: (await platformDigest(client, body, signal)) ?? body.Id,
    id: body.Id,
    tags: body.RepoTags ?? [],
    repoDigests: body.RepoDigests ?? [],
    volumes: Object.keys(body.Config?.Volumes ?? {}),
    hasHealthcheck: test.length > 0 && test[0] !== 'NONE',
    labels: body.Config?.Labels ?? {},
    // The year 1 is Go's word for never.
    ...(taggedAt > 0 ? { taggedAt } : {}),
  };
}

export async function findImage(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageBody | undefined> {
  // An engine answers some of these with a redirect to another page of its API.
  if (!isImageReference(reference)) return undefined;
  try {
    return await client.json<ImageBody>(
      {
        method: 'GET',
        path: apiPath`/images/${reference}/json`,
        query: client.api >= 48 ? { manifests: true } : {},
        task: `inspect image "${reference}"`,
      },
      signal,
    );
  } catch (error) {
    if (isRefused(error, 404)) return undefined;
    throw error;
  }
}

/** Undefined when there is no such image. */
export async function imageHistory(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<readonly ImageStep[] | undefined> {
  if (!isImageReference(reference)) return undefined;
  try {
    const steps = await client.json<readonly HistoryBody[]>(
      {
        method: 'GET',
        path: apiPath`/images/${reference}/history`,
        task: `read the history of image "${reference}"`,
      },
      signal,
    );
    return steps.map(({ Id, Created = 0, CreatedBy = '', Size = 0, Comment = '' }) => ({
      ...(Id === undefined || Id === '<missing>' ? {} : { id: Id }),
      // The year 1 is Go's word for never.
      ...(Created > 0 ? { createdAt: Created * 1000 } : {}),
      by: CreatedBy,
      size: Size,
      comment: Comment,
    }));
  } catch (error) {
    if (isRefused(error, 404)) return undefined;
    throw error;
  }
}

export async function removeImage(
  client: EngineClient,
  reference: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(
      { method: 'DELETE', path: apiPath`/images/${reference}`, task: `remove image "${reference}"` },
      signal,
    );
  } catch (error) {
    if (!isRefused(error, 404)) throw error;
  }
}

/**
 * With the containerd image store an image is an index over platforms; its id says nothing about the content that a
 * container runs, so the platform's manifest is what counts, as for docker compose.
 */
async function platformDigest(
  client: EngineClient,
  body: ImageBody,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const images = (body.Manifests ?? []).filter((manifest) => manifest.Kind === 'image');
  if (images.length === 0) return undefined;
  const available = images.filter((manifest) => manifest.Available !== false);
  if (available.length === 1) return digestOf(available[0]);
  const version = await client.json<VersionBody>(
    { method: 'GET', path: '/version', task: "read the engine's platform" },
    signal,
  );
  const isHost = (manifest: ManifestBody): boolean => {
    const platform = platformOf(manifest);
    return platform?.os === version.Os && platform?.architecture === version.Arch;
  };
  return digestOf(available.find(isHost) ?? images.find(isHost) ?? available[0] ?? images[0]);
}

function digestOf(manifest: ManifestBody | undefined): string | undefined {
  return manifest?.Descriptor?.digest ?? manifest?.ID;
}

function platformOf(manifest: ManifestBody): PlatformBody | undefined {
  return manifest.ImageData?.Platform ?? manifest.Descriptor?.platform ?? undefined;
}
