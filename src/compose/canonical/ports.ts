import { quote } from '../../core/text.ts';
import { limits } from '../limits.ts';
import { mappingOf, type Node } from '../tree/node.ts';
import { refuse, type Transform, type TransformContext } from './context.ts';

/**
 * `[[address:][host]:]container[/protocol]`, each side a port or a range, or the long form. One short entry may give
 * several long ones, so this works on the whole list.
 */
export const ports: Transform = (node, context) => {
  if (node.kind !== 'sequence') return node;
  const items = node.items.flatMap((item, index) =>
    onePort(item, { ...context, path: [...context.path, index] }),
  );
  return { ...node, items };
};

function onePort(item: Node, context: TransformContext): readonly Node[] {
  if (item.kind !== 'scalar' || item.value === null || context.expanded.ports > limits.ports) return [item];
  const text = String(item.value);
  const parsed: ReturnType<typeof parsePort> =
    item.type === 'float' ? { error: 'a number with a fraction is no port' } : parsePort(text);
  if ('error' in parsed) {
    return [
      refuse(
        item,
        context,
        `invalid port ${quote(text)}: ${parsed.error}`,
        'Write "8080:80", "127.0.0.1:8080:80" or "8000-8005:8000-8005/udp".',
      ),
    ];
  }
  context.expanded.ports += parsed.ports.length;
  if (context.expanded.ports > limits.ports) {
    return [
      refuse(
        item,
        context,
        `with this range there are more than ${limits.ports} ports`,
        'Write the ports that are needed, or use "network_mode: host".',
        'compose.limit-exceeded',
      ),
    ];
  }
  return parsed.ports.map((port) => mappingOf(item.origin, { mode: 'ingress', ...port }));
}

interface ShortPort {
  readonly host_ip?: string;
  /** Absent for 0, which is no port. */
  readonly target?: number;
  readonly published?: string;
  readonly protocol: string;
}

function parsePort(text: string): { readonly ports: readonly ShortPort[] } | { readonly error: string } {
  const slash = text.lastIndexOf('/');
  const protocol = (slash === -1 ? '' : text.slice(slash + 1)).toLowerCase() || 'tcp';
  const rest = slash === -1 ? text : text.slice(0, slash);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) return { error: `${quote(protocol)} is not a protocol` };
  const parts = splitAddress(rest);
  if (parts === undefined)
    return { error: 'an IPv6 address needs brackets and both ports, as in "[::1]:8080:80" or "[::1]::80"' };
  const { address, host, container } = parts;
  if (container === '') return { error: 'no container port' };
  const target = parseRange(container);
  if (target === undefined) return { error: `${quote(container)} is not a container port or range` };
  const published = host === '' ? undefined : parseRange(host);
  if (host !== '' && published === undefined) return { error: `${quote(host)} is not a host port or range` };
  if (address !== '' && !isAddress(address)) return { error: `${quote(address)} is not an IP address` };
  return expand(address, published, target, protocol);
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function expand(
  address: string,
  published: Range | undefined,
  target: Range,
  protocol: string,
): { readonly ports: readonly ShortPort[] } | { readonly error: string } {
  const length = target.last - target.first;
  const one = (offset: number, host: string | undefined): ShortPort => ({
    ...(address === '' ? {} : { host_ip: address }),
    ...(target.first + offset === 0 ? {} : { target: target.first + offset }),
    ...(host === undefined ? {} : { published: host }),
    protocol,
  });
  if (published === undefined) return { ports: inOrder(length, (offset) => one(offset, undefined)) };
  const pool = published.last - published.first;
  if (pool === length)
    return { ports: inOrder(length, (offset) => one(offset, String(published.first + offset))) };
  if (length === 0) return { ports: [one(0, `${published.first}-${published.last}`)] };
  return { error: 'the host range and the container range differ in length' };
}

/** By the text of `port/protocol`, as docker compose sorts them: 10 comes before 9. */
function inOrder(length: number, make: (offset: number) => ShortPort): readonly ShortPort[] {
  const made = Array.from({ length: length + 1 }, (_, offset) => make(offset));
  return made.sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1));
}

function splitAddress(
  text: string,
): { readonly address: string; readonly host: string; readonly container: string } | undefined {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close === -1 || text[close + 1] !== ':') return undefined;
    const address = text.slice(1, close);
    const rest = text.slice(close + 2).split(':');
    if (rest.length !== 2) return undefined;
    return { address, host: rest[0] ?? '', container: rest[1] ?? '' };
  }
  const parts = text.split(':');
  if (parts.length === 1) return { address: '', host: '', container: text };
  if (parts.length > 3) return undefined;
  const container = parts.at(-1) ?? '';
  const host = parts.at(-2) ?? '';
  return { address: parts.slice(0, -2).join(':'), host, container };
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  return last < first || last > 65535 ? undefined : { first, last };
}

function isAddress(text: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%.+)?$/.test(text);
}
