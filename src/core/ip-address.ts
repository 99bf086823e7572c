/** 4 or 6 for an IP address, 0 for any other text. A test holds it to `node:net`, which pure code does not import. */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (isIpv4(text)) return 4;
  return isIpv6(text) ? 6 : 0;
}

export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

export function isIpv6(text: string): boolean {
  const [, address = '', tail] =
    /^(.*?)(?:%[0-9a-zA-Z._:-]+)?$/s.exec(text)?.[1]?.match(/^(.*?)((?<=:)[^:]*\.[^:]*)?$/s) ?? [];
  if (tail !== undefined && !isIpv4(tail)) return false;
  // An IPv4 address at the end stands for two groups.
  const whole = tail === undefined ? address : `${address}0:0`;
  const halves = whole.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? all.length === 8 : all.length < 8;
}
