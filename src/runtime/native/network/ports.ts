import { FlotillaError } from '../../../core/error.ts';
import { ipVersion } from '../../../core/ip-address.ts';
import { quote } from '../../../core/text.ts';
import type { PublishedPort } from '../../../network/index.ts';
import type { OpenPort } from './state.ts';

export interface PortChoice {
  /** Whom it is for, in messages. */
  readonly container: string;
  /** What the container can be reached at. */
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string };
  /** Where a port is opened that names no address; absent: everywhere. */
  readonly bindAddress?: string;
  /** Ports that are open, and whose. */
  readonly taken: readonly (OpenPort & { readonly holder: string })[];
  /** Whether no process listens there; throws for an address that is not the host's. */
  readonly isFree: (port: OpenPort) => boolean;
  /** Ports from which one is chosen when none is asked for, both ends included. */
  readonly ephemeral: readonly [first: number, last: number];
  readonly random: (below: number) => number;
}

/** A port that cannot be had; `holder` is the container that has it, undefined for a process of the host. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly port: OpenPort;
  readonly holder: string | undefined;

  constructor(port: OpenPort, holder: string | undefined) {
    super(`port ${port.published} is taken`);
    this.port = port;
    this.holder = holder;
  }
}

/** The ports of the host that are opened for a container. Throws a PortTakenError when one that it asks for is taken. */
export function choosePorts(ports: readonly PublishedPort[], choice: PortChoice): readonly OpenPort[] {
  const { ipv4, ipv6 } = choice.addresses;
  // Over internal networks alone nobody comes in: docker publishes nothing there either.
  if (ipv4 === undefined && ipv6 === undefined) return [];
  const open: OpenPort[] = [];
  for (const port of ports) {
    const wanted = readPort(port, choice);
    const candidate = candidates(wanted, choice).find((each) => {
      const holder = holderOf(each, [...choice.taken, ...open.map(own(choice.container))]);
      const isTaken = holder !== undefined || !choice.isFree(each);
      if (isTaken && wanted.range[0] === wanted.range[1]) throw new PortTakenError(each, holder);
      return !isTaken;
    });
    if (candidate === undefined) throw exhausted(wanted, choice);
    open.push(candidate);
  }
  return open;
}

interface WantedPort {
  readonly target: number;
  readonly protocol: string;
  readonly hostIp?: string;
  readonly range: readonly [first: number, last: number];
  readonly isChosen: boolean;
}

function readPort(port: PublishedPort, choice: PortChoice): WantedPort {
  const { container, addresses, bindAddress, ephemeral } = choice;
  const protocol = port.protocol.toLowerCase();
  const hostIp = (port.hostIp === '' ? undefined : port.hostIp) ?? bindAddress;
  const text = port.published ?? '';
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const isChosen = text === '' || text === '0';
  const range: readonly [number, number] = isChosen ? ephemeral : [Number(first), Number(last)];
  const label = `port ${port.target}/${protocol} of container ${quote(container)}`;
  if (!protocols.has(protocol)) throw refused(label, `${quote(port.protocol)} is no protocol`);
  if (!isChosen && (first === '' || range[0] < 1 || range[1] > 65_535 || range[0] > range[1])) {
    throw refused(label, `${quote(text)} is neither a port nor a range of ports`);
  }
  if (hostIp !== undefined) {
    const version = ipVersion(hostIp);
    if (version === 0) throw refused(label, `${quote(hostIp)} is no address`);
    const isProxied = version === 6 && protocol === 'tcp';
    if (!isProxied && (version === 4 ? addresses.ipv4 : addresses.ipv6) === undefined) {
      throw new FlotillaError(
        'engine.capability',
        `cannot publish ${label} on ${hostIp}: the container has no IPv${version} address`,
        { hint: `Set enable_ipv${version} on its network, or publish the port on another address.` },
      );
    }
  }
  return {
    target: port.target,
    protocol,
    range,
    isChosen,
    ...(hostIp === undefined ? {} : { hostIp }),
  };
}

/** A range is tried from its beginning, the engine's own choice begins anywhere. */
function candidates(
  { target, protocol, hostIp, range: [first, last], isChosen }: WantedPort,
  { random }: PortChoice,
): readonly OpenPort[] {
  const size = last - first + 1;
  const start = isChosen ? random(size) : 0;
  return Array.from({ length: Math.min(size, mostTried) }, (_, index) => ({
    target,
    protocol,
    published: first + ((start + index) % size),
    ...(hostIp === undefined ? {} : { hostIp }),
  }));
}

const mostTried = 4096;
const protocols = new Set(['tcp', 'udp', 'sctp']);

function holderOf(port: OpenPort, taken: PortChoice['taken']): string | undefined {
  return taken.find(
    (other) =>
      other.protocol === port.protocol &&
      other.published === port.published &&
      (isEverywhere(other.hostIp) || isEverywhere(port.hostIp) || other.hostIp === port.hostIp),
  )?.holder;
}

function own(holder: string): (port: OpenPort) => PortChoice['taken'][number] {
  return (port) => ({ ...port, holder });
}

function isEverywhere(hostIp: string | undefined): boolean {
  return hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::';
}

function exhausted({ target, protocol, range }: WantedPort, { container }: PortChoice): FlotillaError {
  return new FlotillaError(
    'engine.port-in-use',
    `cannot start container ${quote(container)}: of the ports ${range[0]}-${range[1]} none is free for ${target}/${protocol}`,
    { hint: 'Stop what listens on one of them, or publish another range.' },
  );
}

function refused(label: string, why: string): FlotillaError {
  return new FlotillaError('engine.request', `cannot publish ${label}: ${why}`);
}
