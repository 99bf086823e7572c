import type { ErrorCode } from '../../core/codes.ts';
import { FlotillaError } from '../../core/error.ts';
import { stripControl } from '../../core/text.ts';

/** An engine's refusal, before it is put into words. */
export interface Refusal {
  /** HTTP status; 0 when the error came inside a stream. */
  readonly status: number;
  /** The engine's own sentence. */
  readonly message: string;
  /** What was asked of it, for the sentence: `start container "shop-web-1"`. */
  readonly task: string;
}

/** A FlotillaError that still knows the engine's status, for the verbs that turn some refusals into success. */
export class RefusedError extends FlotillaError {
  override readonly name = 'RefusedError';
  readonly status: number;
  /** The engine's own sentence. */
  readonly reply: string;

  constructor(refusal: Refusal, code: ErrorCode, message: string, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.status = refusal.status;
    this.reply = refusal.message;
  }
}

/** Somebody else has the name, or uses what shall go. */
export function isConflict(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code === 'engine.conflict';
}

export function isRefused(error: unknown, ...statuses: readonly number[]): error is RefusedError {
  return error instanceof RefusedError && statuses.includes(error.status);
}

/** Chooses code, sentence and hint for a refusal; the first rule that knows the engine's words wins. */
export function refusalError(refusal: Refusal): RefusedError {
  const said = oneLine(refusal.message) || `HTTP status ${refusal.status}`;
  const sentence = `cannot ${refusal.task}: ${said}`;
  const port = usedPort(said);
  if (port !== undefined) {
    return new RefusedError(
      refusal,
      'engine.port-in-use',
      `cannot ${refusal.task}: port ${port} is already in use: ${said}`,
      `Stop what listens on port ${port} of the engine's host, or publish another port.`,
    );
  }
  for (const { pattern, status, code, hint } of rules) {
    if (status !== undefined && status !== refusal.status) continue;
    if (pattern.test(said)) return new RefusedError(refusal, code, sentence, hint);
  }
  return new RefusedError(refusal, 'engine.request', sentence);
}

interface Rule {
  readonly pattern: RegExp;
  readonly status?: number;
  readonly code: ErrorCode;
  readonly hint?: string;
}

const rules: readonly Rule[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    code: 'engine.disk-full',
    hint: "Free space on the engine's disk: `flotilla system df` shows what takes it.",
  },
  {
    pattern:
      /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted|could not find free subnet/i,
    code: 'engine.address-pool',
    hint: 'Remove networks nobody uses (`flotilla network prune`), or give the network a subnet of its own.',
  },
  {
    pattern: /pool overlaps with other one|subnet .* (is already used|overlaps)/i,
    code: 'engine.address-pool',
    hint: 'Choose a subnet that no other network of the engine uses.',
  },
  {
    pattern: /client version [\d.]+ is too (new|old)/i,
    code: 'engine.too-old',
    hint: 'Unset DOCKER_API_VERSION, or set it to a version that the engine speaks.',
  },
  {
    pattern:
      /pull access denied|requested access to the resource is denied|unauthorized|authentication required|no basic auth credentials|(?<!permission )denied: /i,
    code: 'image.denied',
    hint: "Check the image's name, or log in to its registry with `docker login`.",
  },
  {
    pattern:
      /no matching manifest for|does not match the specified platform|does not provide the specified platform/i,
    code: 'image.not-found',
    hint: 'The image exists for other platforms only: set `platform`, or choose another image.',
  },
  {
    pattern:
      /no such image|manifest unknown|manifest for .* not found|name unknown|image not known|repository .* not found/i,
    code: 'image.not-found',
    hint: "Check the image's name and tag, or build it first.",
  },
  { pattern: /./, status: 409, code: 'engine.conflict' },
  // Podman answers with status 500 to all of these.
  {
    pattern:
      /has active endpoints|network is being used|name is already in use|as it is running|on running containers|has dependent containers/i,
    code: 'engine.conflict',
  },
];

/** The engine's various ways to say that a host port is taken; undefined for another complaint. */
function usedPort(said: string): string | undefined {
  if (!/already allocated|already in use|ports are not available|proxy already running/i.test(said))
    return undefined;
  const patterns = [
    /Bind for \S*?:(\d+) failed/i,
    /listen (?:tcp|udp|sctp)[46]? \S*?:(\d+)/i,
    /bind host port (?:for )?\S*?:(\d+)[:/]/i,
    /exposing port \w+ \S*?:(\d+)/i,
    /(?:rootlessport|bind) \S*?:(\d+)/i,
  ];
  for (const pattern of patterns) {
    const port = pattern.exec(said)?.[1];
    if (port !== undefined) return port;
  }
  return undefined;
}

function oneLine(text: string): string {
  return stripControl(text.replace(/\s+/g, ' ').trim());
}
