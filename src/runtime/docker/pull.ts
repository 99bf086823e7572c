import { FlotillaError } from '../../core/error.ts';
import type { RegistryCredentials } from '../../images/index.ts';
import type { PullOptions } from '../driver.ts';
import type { EngineClient } from './client.ts';
import { RefusedError, refusalError } from './failure.ts';
import { textLines } from './json-lines.ts';
import { Layers } from './layers.ts';
import { splitReference } from './reference.ts';

/** Rejects with `image.not-found`, `image.denied`, `engine.disk-full` or `image.pull`, retryable where the network was at fault. */
export async function pullImage(
  client: EngineClient,
  reference: string,
  options: PullOptions,
  signal?: AbortSignal,
): Promise<void> {
  const { name, tag } = splitReference(reference);
  const task = `pull image "${reference}"`;
  try {
    const stream = await client.stream(
      {
        method: 'POST',
        path: '/images/create',
        query: { fromImage: name, tag, platform: options.platform },
        headers: options.credentials === undefined ? {} : authHeader(options.credentials),
        task,
      },
      signal,
    );
    const layers = new Layers(layerWords);
    for await (const line of textLines(stream.chunks)) {
      const message = JSON.parse(line) as PullMessage;
      const complaint = message.errorDetail?.message ?? message.error;
      if (complaint !== undefined) throw refusalError({ status: 0, message: complaint, task });
      if (layers.update(message)) options.onProgress?.(layers.progress());
    }
  } catch (error) {
    throw error instanceof RefusedError ? pullError(error) : error;
  }
}

interface PullMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Unpacking counts as downloaded. */
const layerWords = {
  moving: 'Downloading',
  moved: 'Download complete',
  done: /^(?:Already exists|Pull complete)$/,
  passed: /^Pulling from/,
};

const transient =
  /timeout|timed out|connection (reset|refused)|unexpected EOF|\bEOF$|temporary failure|server misbehaving|no route to host|network is unreachable|\b50[0234]\b|bad gateway|service unavailable/i;
const rateLimit = /toomanyrequests|too many requests|rate limit|pull limit/i;

function pullError(refused: RefusedError): FlotillaError {
  const options = { cause: refused, ...(refused.hint === undefined ? {} : { hint: refused.hint }) };
  if (rateLimit.test(refused.reply)) {
    return new FlotillaError('image.pull', refused.message, {
      ...options,
      hint: 'The registry limits how much one may pull: log in with `docker login`, or wait.',
    });
  }
  if (refused.code !== 'engine.request' && refused.code !== 'engine.conflict') return refused;
  if (refused.status === 404) {
    return new FlotillaError('image.not-found', refused.message, {
      ...options,
      hint: "Check the image's name and tag.",
    });
  }
  return new FlotillaError('image.pull', refused.message, { ...options, ...retryHints(refused) });
}

/** Whether trying again may help, with what to look at. */
export function retryHints({ reply }: RefusedError): { readonly retryable: boolean; readonly hint?: string } {
  const retryable = transient.test(reply);
  return retryable
    ? { retryable, hint: "Check the engine's way to the registry, then try again." }
    : { retryable };
}

export function authHeader(credentials: Partial<RegistryCredentials>): Record<string, string> {
  const text = Buffer.from(JSON.stringify(credentials)).toString('base64');
  // Engines want the URL-safe alphabet with the padding, and pull as nobody when it is missing.
  return { 'X-Registry-Auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}
