import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { collect } from './content.ts';

const largestComplaint = 64 * 1024;

/** What a registry's refusal means. `what` names the thing that was asked for. */
export async function refusal(
  response: { readonly status: number; readonly body: AsyncIterable<Uint8Array> },
  what: string,
  registry: string,
): Promise<FlotillaError> {
  const said = await complaint(response.body);
  const because = said === '' ? `HTTP status ${response.status}` : said;
  switch (response.status) {
    case 401:
    case 403:
      return denied(what, registry, because);
    case 404:
      return new FlotillaError('image.not-found', `${what} not found: ${because}`, {
        hint: 'Check the name and the tag. Some registries answer like this to who may not see it.',
      });
    case 429:
      return new FlotillaError('image.registry', `${registry} answers no more for now: ${because}`, {
        hint: 'Wait a little, or log in with `docker login`: the limit is higher for known users.',
        retryable: true,
      });
    default:
      return new FlotillaError('image.registry', `${registry} failed for ${what}: ${because}`, {
        hint: 'Try again; if it stays so, ask who runs the registry.',
        retryable: response.status >= 500,
      });
  }
}

export function denied(what: string, registry: string, because: string): FlotillaError {
  return new FlotillaError('image.denied', `${quote(registry)} refuses access to ${what}: ${because}`, {
    hint: `Log in with \`docker login${registry === 'docker.io' ? '' : ` ${registry}`}\`, or check the name.`,
  });
}

/** The registry cannot be reached at all, or stopped in the middle. */
export function unreachable(thrown: unknown, registry: string): FlotillaError {
  const reason = reasonOf(thrown);
  return new FlotillaError('image.registry', `cannot reach the registry ${quote(registry)}: ${reason}`, {
    hint: hintFor(reason),
    cause: thrown,
    retryable: true,
  });
}

function hintFor(reason: string): string {
  if (/certificate|self[- ]signed/i.test(reason))
    return 'Name the file of your certificate authority in NODE_EXTRA_CA_CERTS.';
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return 'Check the network, and the name of the registry.';
  return 'Check the network and the name; a registry without TLS needs --insecure-registry HOST.';
}

/** `fetch` hides the reason in the cause, and a failed connection to several addresses in a list of causes. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const first = cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors[0] : cause;
  if ((first as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED') return 'connection refused';
  return messageOf(first) || messageOf(thrown);
}

/** The messages in an error's body: `{"errors": [{"code": "DENIED", "message": "…"}]}`. */
async function complaint(body: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(await collect(body, largestComplaint, 'the answer')).toString('utf8'),
    );
    const { errors, details } = parsed as { readonly errors?: unknown; readonly details?: unknown };
    if (!Array.isArray(errors)) return typeof details === 'string' ? details : '';
    const texts = errors.map((error: { readonly message?: unknown; readonly code?: unknown } | null) =>
      String(error?.message || error?.code || ''),
    );
    return texts.filter(Boolean).join(', ').slice(0, 300);
  } catch {
    return '';
  }
}
