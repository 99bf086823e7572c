import { FlotillaError } from '../../core/error.ts';
import { digestHasNoPush } from '../../images/index.ts';
import type { PushedImage, PushOptions } from '../driver.ts';
import { apiPath, type EngineClient } from './client.ts';
import { RefusedError, refusalError } from './failure.ts';
import { textLines } from './json-lines.ts';
import { Layers } from './layers.ts';
import { authHeader, retryHints } from './pull.ts';
import { splitReference } from './reference.ts';

/** Rejects with `image.not-found`, `image.denied` or `image.push`, retryable where the network was at fault. */
export async function pushImage(
  client: EngineClient,
  reference: string,
  options: PushOptions,
  signal?: AbortSignal,
): Promise<readonly PushedImage[]> {
  if (reference.includes('@')) throw digestHasNoPush(reference);
  const { name, tag } = splitReference(reference);
  const task = `push image "${reference}"`;
  const pushed: PushedImage[] = [];
  try {
    const stream = await client.stream(
      {
        method: 'POST',
        path: apiPath`/images/${name}/push`,
        query: options.allTags === true ? {} : { tag },
        // Without one an engine does not listen, not even for nobody.
        headers: authHeader(options.credentials ?? {}),
        task,
      },
      signal,
    );
    const layers = new Layers(layerWords);
    for await (const line of textLines(stream.chunks)) {
      const message = JSON.parse(line) as PushMessage;
      const complaint = message.errorDetail?.message ?? message.error;
      if (complaint !== undefined) throw refusalError({ status: 0, message: complaint, task });
      const result = resultIn(message, name);
      if (result !== undefined) add(pushed, result);
      else if (layers.update(message)) options.onProgress?.(layers.progress());
    }
  } catch (error) {
    throw error instanceof RefusedError ? pushError(error) : error;
  }
  return pushed;
}

interface PushMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: { readonly Tag?: string; readonly Digest?: string; readonly Size?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

const layerWords = {
  moving: 'Pushing',
  done: /^(?:Pushed|Layer already exists|Mounted from .*)$/,
};

/** Told in fields by some engines, in words by all. */
function resultIn({ aux, status = '' }: PushMessage, name: string): PushedImage | undefined {
  if (aux?.Tag !== undefined && aux.Digest !== undefined)
    return { reference: `${name}:${aux.Tag}`, digest: aux.Digest, size: aux.Size ?? 0 };
  const [, tag, digest, size] = /^(\S+): digest: (\S+) size: (\d+)$/.exec(status) ?? [];
  return tag === undefined || digest === undefined
    ? undefined
    : { reference: `${name}:${tag}`, digest, size: Number(size) };
}

function add(pushed: PushedImage[], result: PushedImage): void {
  if (!pushed.some(({ reference }) => reference === result.reference)) pushed.push(result);
}

function pushError(refused: RefusedError): FlotillaError {
  const options = { cause: refused, ...(refused.hint === undefined ? {} : { hint: refused.hint }) };
  if (
    /does not exist locally|tag does not exist|no such image/i.test(refused.reply) ||
    refused.status === 404
  ) {
    return new FlotillaError('image.not-found', refused.message, {
      ...options,
      hint: 'Give it that name first: `docker tag IMAGE NAME`, or build it.',
    });
  }
  if (refused.code !== 'engine.request' && refused.code !== 'engine.conflict') return refused;
  return new FlotillaError('image.push', refused.message, { ...options, ...retryHints(refused) });
}
