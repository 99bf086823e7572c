/** The candidates nearest to what was typed, nearest first; empty when nothing comes near. For "did you mean" hints. */
export function suggest(typed: string, candidates: Iterable<string>, most = 3): readonly string[] {
  // Nobody mistypes a word that long, and to compare two of them takes the product of their lengths.
  if (typed.length > longest) return [];
  const word = typed.toLowerCase();
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near: { readonly candidate: string; readonly distance: number }[] = [];
  let looked = 0;
  for (const candidate of new Set(candidates)) {
    looked += 1;
    if (looked > mostCandidates) break;
    const distance = editDistance(word, candidate.toLowerCase(), limit);
    if (distance <= limit) near.push({ candidate, distance });
  }
  return near
    .sort((left, right) => left.distance - right.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const longest = 200;
/** A hint is not worth more work; nobody knows so many names by heart. */
const mostCandidates = 1_000;

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; any number above
 * `limit` only means "too far". What both begin and end with is left out, and only the cells of the table that can be
 * near enough are filled.
 */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let start = 0;
  let [leftEnd, rightEnd] = [left.length, right.length];
  while (start < leftEnd && left[start] === right[start]) start += 1;
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
  }
  return tableDistance(left.slice(start, leftEnd), right.slice(start, rightEnd), limit);
}

function tableDistance(left: string, right: string, limit: number): number {
  if (left === '' || right === '') return left.length + right.length;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  let nearestInLast = 0;
  for (let row = 1; row <= left.length; row += 1) {
    const current = new Array<number>(right.length + 1).fill(tooFar);
    current[0] = row;
    let nearest = row;
    const end = Math.min(right.length, row + limit);
    for (let column = Math.max(1, row - limit); column <= end; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      }
      current[column] = best;
      nearest = Math.min(nearest, best);
    }
    // A swap looks two rows back.
    if (nearest > limit && nearestInLast > limit) return limit + 1;
    nearestInLast = nearest;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

const tooFar = Number.POSITIVE_INFINITY;

function at(row: readonly number[], column: number): number {
  return row[column] ?? tooFar;
}
