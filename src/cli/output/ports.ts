import type { ObservedPort } from '../../runtime/index.ts';

/**
 * Ports as `docker ps` shows them: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`. Neighbours that are published under their
 * own number, or not at all, join to ranges (`7000-7002/tcp`); they come first, the remapped ones last.
 */
export function formatPorts(ports: readonly ObservedPort[]): string {
  const ranges = new Map<string, PortRange>();
  const finished: string[] = [];
  const remapped: string[] = [];
  for (const port of [...ports].sort(comparePorts)) {
    if (port.published !== undefined && port.published !== port.target) {
      remapped.push(`${address(port.hostIp, port.published)}->${port.target}/${port.protocol}`);
      continue;
    }
    const hostIp = port.published === undefined ? undefined : port.hostIp;
    const key = `${hostIp ?? ''}/${port.protocol}`;
    const range = ranges.get(key);
    if (range !== undefined && port.target === range.last) continue;
    if (range !== undefined && port.target === range.last + 1) {
      range.last = port.target;
      continue;
    }
    if (range !== undefined) finished.push(formatRange(range));
    ranges.set(key, { hostIp, protocol: port.protocol, first: port.target, last: port.target });
  }
  return [...finished, ...[...ranges.values()].map(formatRange), ...remapped].join(', ');
}

interface PortRange {
  readonly hostIp: string | undefined;
  readonly protocol: string;
  readonly first: number;
  last: number;
}

export function comparePorts(left: ObservedPort, right: ObservedPort): number {
  return (
    left.target - right.target ||
    compareText(left.hostIp ?? '', right.hostIp ?? '') ||
    (left.published ?? 0) - (right.published ?? 0) ||
    compareText(left.protocol, right.protocol)
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function formatRange({ hostIp, protocol, first, last }: PortRange): string {
  const numbers = first === last ? String(first) : `${first}-${last}`;
  return hostIp === undefined
    ? `${numbers}/${protocol}`
    : `${address(hostIp, numbers)}->${numbers}/${protocol}`;
}

function address(hostIp: string | undefined, port: number | string): string {
  const host = hostIp === undefined || hostIp === '' ? '0.0.0.0' : hostIp;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
