/** The candidates nearest to what was typed, nearest first; empty when nothing comes near. For "did you mean" hints. */
export function suggest(typed: string, candidates: Iterable<string>, most = 3): readonly string[] {
  // Nobody mistypes a word that long, and to compare two of them takes the product of their lengths.
  if (typed.length > longest) return [];
  const word = typed.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const distance = editDistance(word, candidate.toLowerCase(), limit);
    if (distance <= limit) near.push({ candidate, distance });
  }
  return near
    .sort((left, right) => left.distance - right.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const longest = 200;

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; any number above
 * `limit` only means "too far".
 */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
