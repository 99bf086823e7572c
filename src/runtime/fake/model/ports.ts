import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { PublishedPort } from '../../../network/index.ts';
import type { ObservedPort } from '../../observed.ts';
import { findImage } from './images.ts';
import { isRunning } from './lookup.ts';
import type { EngineState, FakeContainer } from './state.ts';

/** Where an engine's own choice of host ports begins. */
const firstEphemeralPort = 32_768;
const lastPort = 65_535;

/** Binds a container's ports on the host, or throws `engine.port-in-use`. */
export function bindPorts(state: EngineState, container: FakeContainer): readonly ObservedPort[] {
  const running = [...state.containers.values()].filter(
    (other) => other.id !== container.id && isRunning(other),
  );
  const bound = running.flatMap((other) => other.ports);
  const own: ObservedPort[] = [];
  for (const port of container.spec.ports)
    own.push(...bindPort(port, container.name, [...bound, ...own], state.busyPorts));
  return [...own, ...exposedOnly(state, container, own)];
}

function bindPort(
  port: PublishedPort,
  container: string,
  bound: readonly ObservedPort[],
  busy: readonly number[],
): readonly ObservedPort[] {
  const [first, last] = portRange(port.published);
  for (let published = first; published <= last; published += 1) {
    const isTaken = busy.includes(published) || bound.some((other) => collides(other, port, published));
    if (!isTaken) return bindingsOf(port, published);
  }
  const wanted = first === last ? `${first}` : `${first}-${last}`;
  throw new FlotillaError(
    'engine.port-in-use',
    `cannot start container ${quote(container)}: port ${wanted} is already in use`,
    { hint: `Stop what listens on port ${wanted} of the engine's host, or publish another port.` },
  );
}

function portRange(published: string | undefined): readonly [number, number] {
  if (published === undefined || published === '0') return [firstEphemeralPort, lastPort];
  const [first = '', last = first] = published.split('-');
  return [Number(first), Number(last)];
}

function collides(bound: ObservedPort, port: PublishedPort, published: number): boolean {
  if (bound.published !== published || bound.protocol !== port.protocol) return false;
  return isWildcard(bound.hostIp) || isWildcard(port.hostIp) || bound.hostIp === port.hostIp;
}

function isWildcard(address: string | undefined): boolean {
  return address === undefined || address === '' || address === '0.0.0.0' || address === '::';
}

/** Without an address a port is bound for IPv4 and IPv6. */
function bindingsOf({ target, protocol, hostIp }: PublishedPort, published: number): readonly ObservedPort[] {
  const addresses = hostIp === undefined || hostIp === '' ? ['0.0.0.0', '::'] : [hostIp];
  return addresses.map((address) => ({ target, protocol, hostIp: address, published }));
}

function exposedOnly(
  state: EngineState,
  { spec }: FakeContainer,
  bound: readonly ObservedPort[],
): readonly ObservedPort[] {
  const exposes = new Set([...spec.expose, ...(findImage(state, spec.image)?.exposes ?? [])]);
  return [...exposes].flatMap((text) => {
    const [target = '', protocol = 'tcp'] = text.split('/');
    const isBound = bound.some((port) => port.target === Number(target) && port.protocol === protocol);
    return isBound ? [] : [{ target: Number(target), protocol }];
  });
}
