import { labels } from './labels.ts';

interface Definition {
  readonly name: string;
  readonly hash: string;
}

interface Labelled {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How an existing network or volume stands to what the file wants. */
export type Difference<Observed> =
  | { readonly kind: 'missing' }
  | { readonly kind: 'same'; readonly observed: Observed }
  /** The project's own, but defined differently, or there more than once: old engines let a race make two networks. */
  | { readonly kind: 'diverged'; readonly observed: readonly Observed[]; readonly reason: string }
  /** Somebody else's of the same name: used as it is and never removed. */
  | { readonly kind: 'foreign'; readonly observed: Observed };

export function compareOwned<Observed extends Labelled>(
  wanted: Definition,
  project: string,
  observed: readonly Observed[],
): Difference<Observed> {
  const found = observed.find((candidate) => candidate.name === wanted.name);
  if (found === undefined) return { kind: 'missing' };
  if (found.labels[labels.project] !== project) return { kind: 'foreign', observed: found };
  const hash = found.labels[labels.configHash];
  // What an old docker compose made carries no hash; it is taken as it is.
  const twins = observed.filter(
    (candidate) => candidate.name === wanted.name && candidate.labels[labels.project] === project,
  );
  if (twins.length > 1) {
    return { kind: 'diverged', observed: twins, reason: `there are ${twins.length} of that name` };
  }
  return hash === undefined || hash === wanted.hash
    ? { kind: 'same', observed: found }
    : { kind: 'diverged', observed: twins, reason: 'its definition changed' };
}
