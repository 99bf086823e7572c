import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { ContainerSpec } from '../spec.ts';

export interface PortBodies {
  readonly exposed: Readonly<Record<string, object>>;
  readonly bindings: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
  >;
}

/** A published range stays a text: the engine picks a free port from it. */
export function portBodies(spec: ContainerSpec): PortBodies {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const entry of spec.expose) {
    for (const port of exposedPorts(entry, spec.service)) exposed[port] = {};
  }
  for (const { target, protocol, published, hostIp } of spec.ports) {
    const key = `${target}/${protocol}`;
    exposed[key] = {};
    bindings[key] ??= [];
    bindings[key].push({ HostIp: hostIp ?? '', HostPort: published ?? '' });
  }
  return { exposed, bindings };
}

function exposedPorts(entry: string, service: string): readonly string[] {
  const match = /^(\d+)(?:-(\d+))?(?:\/([a-z]+))?$/i.exec(entry);
  if (match === null) {
    throw new FlotillaError(
      'engine.request',
      `service "${service}" exposes ${quote(entry)}, which is not a port`,
    );
  }
  const [, first = '', last = first, protocol = 'tcp'] = match;
  const ports: string[] = [];
  for (let port = Number(first); port <= Math.min(Number(last), 65_535); port += 1) {
    ports.push(`${port}/${protocol.toLowerCase()}`);
  }
  return ports;
}
