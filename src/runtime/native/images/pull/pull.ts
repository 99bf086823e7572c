import { FlotillaError } from '../../../../core/error.ts';
import { quote } from '../../../../core/text.ts';
import {
  type Descriptor,
  formatReference,
  type ImageReference,
  type Manifest,
  type Platform,
  parseReference,
  type Registry,
} from '../../../../images/index.ts';
import type { PullOptions } from '../../../driver.ts';
import { checkRunnable, largestConfig, parseConfig } from '../config.ts';
import { inLanes } from '../lanes.ts';
import { chooseImage } from '../manifests.ts';
import { type Addition, openAddition, type StoreContext } from '../store/layers.ts';
import { download } from './download.ts';
import { type LayerProgress, layerProgress } from './progress.ts';

export interface PullContext extends StoreContext {
  readonly platform: Platform;
  /** Where the image may be had, the first that gives it is right: mirrors, and its own registry last. */
  readonly registries: (
    reference: ImageReference,
    credentials: PullOptions['credentials'],
  ) => Promise<readonly RegistryChoice[]>;
}

export interface RegistryChoice {
  readonly registry: Registry;
  /** The reference as this registry knows it. */
  readonly reference: ImageReference;
}

/** How many layers arrive at a time. */
const lanes = 3;

/**
 * Rejects with `image.not-found`, `image.denied`, `image.pull` (retryable where the network was at fault),
 * `image.corrupt`, `image.unsafe`, `image.too-large` or `engine.disk-full`. What has arrived of layers is kept for the
 * next try.
 */
export async function pullImage(
  context: PullContext,
  text: string,
  options: PullOptions,
  signal?: AbortSignal,
): Promise<void> {
  const named = parseReference(text);
  const choices = await context.registries(named, options.credentials);
  const addition = await openAddition(context);
  try {
    for (const [index, choice] of choices.entries()) {
      try {
        return await pullFrom(choice, named, addition, context, options, signal);
      } catch (thrown) {
        signal?.throwIfAborted();
        const isLast = index === choices.length - 1;
        if (isLast || !isOfRegistry(thrown)) throw told(thrown, text);
      }
    }
  } finally {
    await addition.end();
  }
}

async function pullFrom(
  { registry, reference }: RegistryChoice,
  named: ImageReference,
  addition: Addition,
  context: PullContext,
  { onProgress }: PullOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const what = quote(formatReference(reference));
  const top = await registry.manifest(reference, signal);
  const manifest = await imageOf(registry, reference, top.manifest, context.platform, signal);
  const { config, layers } = manifest;
  checkTypes(manifest, what);
  const bytes = await registry.blob(reference, config, largestConfig, signal);
  const parsed = parseConfig(bytes, what);
  checkRunnable(parsed, what);
  if (parsed.diffIds.length !== layers.length)
    throw malformed(
      what,
      `it has ${layers.length} layers where its configuration has ${parsed.diffIds.length}`,
    );
  await addition.blob(config.digest, bytes);
  const progress = layerProgress(layers, onProgress);
  const sources = layers.map((descriptor, index) => ({
    descriptor,
    index,
    diffId: parsed.diffIds[index] ?? '',
  }));
  const diffIds = await inLanes(
    sources,
    lanes,
    async ({ descriptor, index, diffId }, abort) => {
      const source = { what: `layer ${index + 1} of ${what}`, diffId };
      const open = () =>
        layerOf(registry, reference, descriptor, source.what, context, progress.of(index), abort);
      const found = await addition.layer({ ...source, open }, abort);
      progress.of(index).done();
      return found;
    },
    signal,
  );
  const { registry: host, repository } = named;
  await addition.image(config.digest, {
    tags: named.tag === undefined ? [] : [formatReference(named)],
    digests: [formatReference({ registry: host, repository, digest: top.digest })],
    layers: diffIds,
  });
}

function layerOf(
  registry: Registry,
  reference: ImageReference,
  descriptor: Descriptor,
  what: string,
  { places, libc, clock }: PullContext,
  progress: LayerProgress,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const partial = `${places.partial}/${descriptor.digest.slice(descriptor.digest.indexOf(':') + 1)}`;
  progress.restart();
  return download(
    { registry, reference, descriptor, what, partial, libc, clock, onBytes: progress.add },
    signal,
  );
}

/** Follows lists to the image for the platform. */
async function imageOf(
  registry: Registry,
  reference: ImageReference,
  top: Manifest,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<Extract<Manifest, { kind: 'image' }>> {
  let manifest = top;
  const what = quote(formatReference(reference));
  for (let depth = 0; manifest.kind === 'index' && depth < 3; depth += 1) {
    const { digest } = chooseImage(manifest.manifests, platform, what);
    const { registry: host, repository } = reference;
    manifest = (await registry.manifest({ registry: host, repository, digest }, signal)).manifest;
  }
  if (manifest.kind === 'image') return manifest;
  throw malformed(what, 'its lists of images lead to no image');
}

const configTypes = /^application\/vnd\.(?:oci\.image\.config|docker\.container\.image)\.v1\+json$/;
const layerTypes =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar(?:\+(?:gzip|zstd))?|docker\.image\.rootfs(?:\.foreign)?\.diff\.tar(?:\.(?:gzip|zstd))?)$/;

/** Registries hold other things too, and layers of which we cannot make files. */
function checkTypes({ config, layers }: Extract<Manifest, { kind: 'image' }>, what: string): void {
  if (!configTypes.test(config.mediaType) || !config.digest.startsWith('sha256:'))
    throw malformed(what, `it is of the type ${quote(config.mediaType)}`);
  for (const { mediaType } of layers)
    if (!layerTypes.test(mediaType))
      throw malformed(what, `a layer of it is of the type ${quote(mediaType)}`);
}

function malformed(what: string, reason: string): FlotillaError {
  return new FlotillaError('image.pull', `${what} is no image that can be used: ${reason}`, {
    hint: 'Check that the reference is the right one.',
  });
}

/** Whether another registry may do better. */
function isOfRegistry(thrown: unknown): boolean {
  return thrown instanceof FlotillaError && thrown.code.startsWith('image.');
}

/** What a registry does wrong is a failed pull, as with other engines. */
function told(thrown: unknown, text: string): unknown {
  if (!(thrown instanceof FlotillaError)) return thrown;
  const code = thrown.code === 'image.registry' ? 'image.pull' : thrown.code;
  return new FlotillaError(code, `cannot pull image ${quote(text)}: ${thrown.message}`, {
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    cause: thrown,
    retryable: thrown.retryable,
  });
}
