/** Sizes and durations as plain numbers with a unit in their type. */

declare const unit: unique symbol;

/** A size in bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };
/** A duration in nanoseconds, the Engine API's unit; whole numbers, exact up to 104 days. */
export type Nanoseconds = number & { readonly [unit]: 'nanoseconds' };

export function bytes(value: number): Bytes {
  return value as Bytes;
}

export function nanoseconds(value: number): Nanoseconds {
  return value as Nanoseconds;
}

export function milliseconds(duration: Nanoseconds): number {
  return duration / 1e6;
}
