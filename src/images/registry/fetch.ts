/** The part of the Fetch API that the client uses; `globalThis.fetch` is one. Redirects are not followed by it. */
export type Fetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string | AsyncIterable<Uint8Array>;
    /** Beside a body that comes in pieces, as the Fetch API wants it. */
    readonly duplex?: 'half';
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<FetchedResponse>;

export interface FetchedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel?(): Promise<void> }) | null;
}
