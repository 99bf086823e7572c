// @ts-check
/**
 * @param {readonly number[]} values at least one
 * @returns {number}
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('There is no median of no values.');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * @param {readonly number[]} values
 * @returns {{ median: number, min: number, max: number, count: number } | undefined} undefined for no values
 */
export function summarize(values) {
  if (values.length === 0) return undefined;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), count: values.length };
}

/**
 * How many times as long one tool takes as another: the median over the ratios of runs that were made one after the
 * other. What slows the machine down for minutes slows both of a pair, and so falls out.
 * @param {readonly (number | undefined)[]} ours undefined where a run failed
 * @param {readonly (number | undefined)[]} theirs in the same order
 * @returns {number | undefined} undefined when no pair is whole
 */
export function pairedRatio(ours, theirs) {
  const ratios = ours.flatMap((own, index) => {
    const other = theirs[index];
    return own === undefined || other === undefined || other === 0 ? [] : [own / other];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/**
 * The order of the tools in one round. It shifts by one from round to round, so that none always follows the same.
 * @template T
 * @param {readonly T[]} items
 * @param {number} round counted from 0
 * @returns {T[]}
 */
export function rotate(items, round) {
  const shift = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(shift), ...items.slice(0, shift)];
}
