/** `1.04kB`: powers of 1000 and so many digits at most, as docker prints what is stored and sent. */
export function formatSize(bytes: number, digits: number): string {
  return inUnits(bytes, { step: 1000, units: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], digits });
}

/** `23.54GiB`: powers of 1024 and four digits at most, as docker prints memory. */
export function formatBinarySize(bytes: number): string {
  return inUnits(bytes, { step: 1024, units: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'], digits: 4 });
}

function inUnits(
  bytes: number,
  {
    step,
    units,
    digits,
  }: { readonly step: number; readonly units: readonly string[]; readonly digits: number },
): string {
  let value = bytes;
  let unit = 0;
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}
