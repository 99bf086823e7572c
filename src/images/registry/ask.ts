import type { Answer, Request } from './exchange.ts';
import type { ImageReference } from './reference.ts';

/** What a pass is for. */
export type Rights = 'pull' | 'pull,push';

export interface AskOptions extends Pick<Request, 'method' | 'body' | 'headers' | 'patienceMs'> {
  /** Below the repository. */
  readonly path?: string;
  /** Instead of a path: where the registry said to go, found from its own origin. */
  readonly at?: (origin: string) => URL;
  /** For messages. */
  readonly what: string;
  /** Statuses that are no failure; 200 unless given. */
  readonly mayAnswer?: readonly number[];
  readonly rights?: Rights;
}

/** A request about a repository, with the pass that its registry wants. */
export type Ask = (
  reference: ImageReference,
  options: AskOptions,
  signal: AbortSignal | undefined,
) => Promise<Answer>;
