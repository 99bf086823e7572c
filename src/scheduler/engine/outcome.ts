/** How one node ended. `error` is whatever `execute` threw, an Error or not. */
export type Outcome<T, Id extends string = string> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** It failed, and what needs it goes on. */
  | { readonly kind: 'tolerated'; readonly error: unknown }
  /** Never started: `because` is the node whose failure it could not do without, however many nodes away. */
  | { readonly kind: 'skipped'; readonly because: Id }
  /** The run was stopped: before the node started, or while it ran. */
  | { readonly kind: 'cancelled' };
