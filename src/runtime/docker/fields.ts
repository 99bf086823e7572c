/** `{ [key]: value }`, or nothing when the value is absent. */
export function optional(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}

/** The same for a list, where empty means absent. */
export function list(key: string, values: readonly unknown[]): Readonly<Record<string, unknown>> {
  return values.length === 0 ? {} : { [key]: values };
}

/** The same for a map, where empty means absent. */
export function record(
  key: string,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.keys(values).length === 0 ? {} : { [key]: values };
}
