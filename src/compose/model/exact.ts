import type { Node } from '../tree/node.ts';

/**
 * Whole numbers of up to 64 bits, of which JavaScript's numbers hold 53. The model has the nearest number; beside it stays
 * the exact one, for `config` and hashes, as long as nobody changes the number.
 */
const exactNumbers: unique symbol = Symbol('exact numbers');

interface WithExact {
  [exactNumbers]?: ReadonlyMap<string, bigint>;
}

/** Notes what the numbers of a mapping were before they were rounded. */
export function keepExact(values: object, exact: ReadonlyMap<string, bigint> | undefined): void {
  if (exact !== undefined) (values as WithExact)[exactNumbers] = exact;
}

/** The exact number of which `value` is the nearest, else the value itself. */
export function exactly<T>(values: object, key: string, value: T): T | bigint {
  const exact = (values as WithExact)[exactNumbers]?.get(key);
  return exact !== undefined && nearest(exact) === value ? exact : value;
}

/** The whole number that a node holds, when it has 64 bits at most. */
export function int64Of(node: Node): bigint | undefined {
  if (node.kind !== 'scalar') return undefined;
  const { value } = node;
  if (typeof value === 'bigint') return fits(value) ? value : undefined;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    const whole = BigInt(Math.trunc(value));
    return fits(whole) ? whole : undefined;
  }
  if (typeof value !== 'string' || !/^[-+]?\d{1,20}$/.test(value)) return undefined;
  const whole = BigInt(value.replace(/^\+/, ''));
  return fits(whole) ? whole : undefined;
}

/** No engine has to read more than 64 bits, so what rounds up to 2^63 is rounded down. */
export function nearest(exact: bigint): number {
  const rounded = Number(exact);
  return rounded >= 2 ** 63 ? 2 ** 63 - 1024 : rounded;
}

/** The number to keep beside its rounded one. */
export function unsafe(exact: bigint | undefined): bigint | undefined {
  return exact === undefined || Number.isSafeInteger(Number(exact)) ? undefined : exact;
}

function fits(value: bigint): boolean {
  return value < 2n ** 63n && value >= -(2n ** 63n);
}
