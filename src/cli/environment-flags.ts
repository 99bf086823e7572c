/** Whether a variable switches something on, by Go's reading of booleans, which docker compose uses. */
export function flagFromEnvironment(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
}
