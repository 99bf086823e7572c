import { quote } from '../../core/text.ts';
import type { RegistryCredentials } from '../image.ts';
import { originsOf } from './address.ts';
import type { Ask, AskOptions, Rights } from './ask.ts';
import { authorize } from './authorize.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { checkDigest, collect, digestOf, tooLarge, verified } from './content.ts';
import { type Answer, type ExchangeOptions, exchange } from './exchange.ts';
import { refusal } from './failure.ts';
import { manifestTypes, parseManifest } from './manifest.ts';
import { formatReference, type ImageReference, isDigest } from './reference.ts';
import type { Registry, WritableRegistry } from './registry.ts';
import { uploads } from './upload.ts';

export interface RegistryOptions extends ExchangeOptions {
  /** Who one is to the registry of a reference; undefined is nobody. */
  readonly credentialsFor: (
    reference: string,
    signal?: AbortSignal,
  ) => Promise<RegistryCredentials | undefined>;
}

/** What the distribution specification asks registries to accept at least. */
const largestManifest = 4 * 1024 * 1024;

/** Where a registry answers and what it wants to see; found out once, by asking without credentials. */
interface Door {
  readonly origin: string;
  readonly challenges: readonly Challenge[];
}

export function createRegistry(options: RegistryOptions): WritableRegistry {
  const doors = new Map<string, Promise<Door>>();
  const passes = new Map<string, Promise<string | undefined>>();

  const doorOf = (registry: string, signal: AbortSignal | undefined): Promise<Door> => {
    const known = doors.get(registry);
    if (known !== undefined) return known;
    const found = findDoor(registry, options, signal);
    doors.set(registry, found);
    found.catch(() => doors.delete(registry));
    return found;
  };

  const passFor = (
    reference: ImageReference,
    { origin, challenges }: Door,
    rights: Rights,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> => {
    const { registry, repository } = reference;
    const scope = `repository:${repository}:${rights}`;
    const key = `${registry}/${scope}`;
    const known = passes.get(key);
    if (known !== undefined) return known;
    const wanted = options
      .credentialsFor(`${registry}/${repository}`, signal)
      .then((credentials) =>
        authorize(challenges, { registry, origin, scope, credentials }, options, signal),
      );
    passes.set(key, wanted);
    wanted.catch(() => passes.delete(key));
    return wanted;
  };

  /** Asks with the pass that the registry wants; one that has run out is replaced once. */
  const ask: Ask = async (
    reference: ImageReference,
    { path, at, what, mayAnswer = [200], rights = 'pull', headers, ...request }: AskOptions,
    signal: AbortSignal | undefined,
  ): Promise<Answer> => {
    const { registry, repository } = reference;
    const door = await doorOf(registry, signal);
    const url = at === undefined ? `${door.origin}/v2/${repository}/${path}` : at(door.origin).href;
    const isThere = new URL(url).origin === new URL(door.origin).origin;
    const attempt = async (authorization: string | undefined) =>
      exchange(
        {
          ...request,
          registry,
          url,
          headers: {
            accept: manifestTypes.join(', '),
            ...headers,
            ...(authorization === undefined || !isThere ? {} : { authorization }),
          },
        },
        options,
        signal,
      );
    let answer = await attempt(await passFor(reference, door, rights, signal));
    const asked = answer.headers.get('www-authenticate');
    if (answer.status === 401 && answer.isFirstHand && isThere && asked !== null) {
      await answer.discard();
      passes.delete(`${registry}/repository:${repository}:${rights}`);
      const again = { origin: door.origin, challenges: parseChallenges(asked) };
      answer = await attempt(await passFor(reference, again, rights, signal));
    }
    if (!mayAnswer.includes(answer.status)) throw await refusal(answer, what, registry);
    return answer;
  };

  const manifest: Registry['manifest'] = async (reference, signal) => {
    const what = quote(formatReference(reference));
    const path = `manifests/${versionOf(reference)}`;
    const answer = await ask(reference, { path, what }, signal);
    const bytes = await collect(answer.body, largestManifest, what);
    const announced = answer.headers.get('docker-content-digest') ?? undefined;
    checkDigest(bytes, reference.digest, what);
    checkDigest(bytes, announced, what);
    const mediaType = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    return {
      digest:
        reference.digest ??
        digestOf(bytes, announced !== undefined && isDigest(announced) ? announced : undefined),
      manifest: parseManifest(bytes, mediaType, what),
    };
  };

  return {
    ...uploads(ask, options.insecureRegistries ?? []),
    manifest,
    async digest(reference, signal) {
      const what = quote(formatReference(reference));
      const path = `manifests/${versionOf(reference)}`;
      const answer = await ask(
        reference,
        { method: 'HEAD', path, what, mayAnswer: [200, ...noHead] },
        signal,
      );
      await answer.discard();
      const digest = answer.status === 200 ? answer.headers.get('docker-content-digest') : null;
      if (digest !== null && isDigest(digest)) return digest;
      return (await manifest(reference, signal)).digest;
    },
    async blob(reference, descriptor, limit, signal) {
      const what = `${quote(descriptor.digest)} of ${quote(formatReference(reference))}`;
      if (descriptor.size > limit) throw tooLarge(what, limit);
      const answer = await ask(reference, { path: `blobs/${descriptor.digest}`, what }, signal);
      return collect(verified(answer.body, descriptor, what), limit, what);
    },
    async open(reference, descriptor, offset, signal) {
      const what = `${quote(descriptor.digest)} of ${quote(formatReference(reference))}`;
      const path = `blobs/${descriptor.digest}`;
      if (offset === 0) return (await ask(reference, { path, what }, signal)).body;
      const answer = await ask(
        reference,
        { path, what, headers: { range: `bytes=${offset}-` }, mayAnswer: [200, 206] },
        signal,
      );
      if (answer.status === 200) return without(answer.body, offset);
      const start = /^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1];
      if (Number(start) === offset) return answer.body;
      await answer.discard();
      return without((await ask(reference, { path, what }, signal)).body, offset);
    },
  };
}

/** For those who send the whole when they are asked for a part. */
async function* without(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** What those say who do not know HEAD, though the specification wants it of them. */
const noHead: readonly number[] = [405, 501];

function versionOf({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? 'latest';
}

async function findDoor(
  registry: string,
  options: RegistryOptions,
  signal: AbortSignal | undefined,
): Promise<Door> {
  const origins = originsOf(registry, options.insecureRegistries ?? []);
  let failure: unknown;
  for (const origin of origins) {
    try {
      const answer = await exchange({ url: `${origin}/v2/`, registry }, options, signal);
      await answer.discard();
      // A server of TLS answers plain HTTP too, with a complaint.
      if (failure !== undefined && answer.status !== 200 && answer.status !== 401) break;
      const asked =
        answer.status === 401 && answer.isFirstHand ? answer.headers.get('www-authenticate') : null;
      return { origin, challenges: parseChallenges(asked ?? '') };
    } catch (thrown) {
      signal?.throwIfAborted();
      failure ??= thrown;
    }
  }
  throw failure;
}
