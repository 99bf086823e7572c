import { addressBytes, parseSubnet } from '../cidr.ts';
import type { LinkChange } from '../links.ts';

/** A message of rtnetlink(7) without its header's sequence number, which the socket gives it. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

/** What only the caller knows: indexes of devices, and open namespaces. */
export interface Surroundings {
  indexOf(device: string): number;
  /** A descriptor of the namespace. */
  namespace(change: LinkChange & { readonly kind: 'pair' }): number;
}

/** Changes that are a message each. */
export type MessageChange = Exclude<LinkChange, { kind: 'remove' | 'setting' | 'ready' }>;

export function changeMessage(change: MessageChange, at: Surroundings): Message {
  switch (change.kind) {
    case 'up':
      return { type: newLink, flags: 0, body: concat(linkHeader(at.indexOf(change.device), up)) };
    case 'bridge':
      return {
        type: newLink,
        flags: create | exclusive,
        body: concat(
          linkHeader(0, up),
          name(change.name),
          attribute(1, macBytes(change.mac)),
          attribute(4, u32(change.mtu)),
          attribute(18, attribute(1, text('bridge'))),
        ),
      };
    case 'pair':
      return { type: newLink, flags: create | exclusive, body: pairBody(change, at) };
    case 'isolate':
      return {
        type: newLink,
        flags: 0,
        body: concat(
          linkHeader(at.indexOf(change.device), 0),
          attribute(18, concat(attribute(4, text('bridge')), attribute(5, attribute(33, bytes(1))))),
        ),
      };
    case 'address': {
      const address = addressBytes(change.address);
      return {
        type: newAddress,
        flags: create | replace,
        body: concat(
          bytes(family(address), change.prefix, 0, 0),
          u32(at.indexOf(change.device)),
          attribute(1, address),
          attribute(2, address),
          // Without detection of duplicates, which would keep an IPv6 address back for a second.
          attribute(8, u32(address.length === 16 ? noDuplicateDetection : 0)),
        ),
      };
    }
    case 'route':
      return { type: newRoute, flags: create | replace, body: routeBody(change, at.indexOf(change.device)) };
    case 'rule':
      return { type: newRule, flags: create | exclusive, body: ruleBody(change) };
    case 'no-rule':
      return {
        type: deleteRule,
        flags: 0,
        body: concat(ruleHeader(0, 0), attribute(6, u32(change.priority))),
      };
    case 'no-route': {
      const [address = '', prefix = ''] = change.to.split('/');
      const to = addressBytes(address);
      return {
        type: deleteRoute,
        flags: 0,
        body: concat(
          bytes(family(to), Number(prefix), 0, 0, mainTable, 0, 255, 0),
          u32(0),
          attribute(1, to),
          attribute(4, u32(at.indexOf(change.device))),
        ),
      };
    }
  }
}

/** Puts devices into a group, by which they can be removed in one go. */
export function groupMessage(index: number, group: number): Message {
  return { type: newLink, flags: 0, body: concat(linkHeader(index, 0), attribute(27, u32(group))) };
}

export function removeGroupMessage(group: number): Message {
  return { type: deleteLink, flags: 0, body: concat(linkHeader(0, 0), attribute(27, u32(group))) };
}

export function removeMessage(index: number): Message {
  return { type: deleteLink, flags: 0, body: linkHeader(index, 0) };
}

/** Asks for the device of that name; answered by a message whose header tells its index. */
export function findMessage(device: string): Message {
  return {
    type: getLink,
    flags: 0,
    body: concat(linkHeader(0, 0), name(device), attribute(29, u32(withoutStatistics))),
  };
}

/** Asks nftables for a chain; the answer is an error when there is none. */
export function chainMessage(family: 4 | 6, table: string, chain: string): Message {
  return {
    type: getChain,
    flags: 0,
    body: concat(bytes(family === 4 ? 2 : 10, 0, 0, 0), attribute(1, text(table)), attribute(3, text(chain))),
  };
}

/** Messages one behind the other, numbered from `sequence`; each is acknowledged. */
export function packMessages(messages: readonly Message[], sequence: number): Uint8Array {
  return concat(
    ...messages.map(({ type, flags, body }, index) => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(16 + body.length, 0);
      header.writeUInt16LE(type, 4);
      header.writeUInt16LE(flags | request | acknowledge, 6);
      header.writeUInt32LE(sequence + index, 8);
      return concat(header, body);
    }),
  );
}

function pairBody(change: LinkChange & { readonly kind: 'pair' }, at: Surroundings): Uint8Array {
  const { peer, bridge, mtu } = change;
  // A peer cannot be up before its pair is complete.
  const inside = concat(
    linkHeader(0, 0),
    name(peer.name),
    attribute(4, u32(mtu)),
    ...(peer.mac === undefined ? [] : [attribute(1, macBytes(peer.mac))]),
    attribute(28, u32(at.namespace(change))),
  );
  return concat(
    linkHeader(0, up),
    name(change.name),
    attribute(4, u32(mtu)),
    ...(bridge === undefined ? [] : [attribute(10, u32(at.indexOf(bridge)))]),
    attribute(18, concat(attribute(1, text('veth')), attribute(2, attribute(1, inside)))),
  );
}

function routeBody(change: LinkChange & { readonly kind: 'route' }, index: number): Uint8Array {
  const subnet = change.to === undefined ? undefined : parseSubnet(change.to);
  const to = change.to === undefined ? undefined : addressBytes(change.to.split('/')[0] ?? '');
  const scope = change.via === undefined && change.family === 4 ? linkScope : 0;
  return concat(
    bytes(change.family === 4 ? 2 : 10, subnet?.prefix ?? 0, 0, 0),
    bytes(change.isLocal === true ? localTable : mainTable, staticProtocol, scope, unicast),
    u32(change.via === undefined ? 0 : onLink),
    ...(to === undefined ? [] : [attribute(1, to)]),
    ...(change.via === undefined ? [] : [attribute(5, addressBytes(change.via))]),
    attribute(4, u32(index)),
  );
}

function ruleBody(change: LinkChange & { readonly kind: 'rule' }): Uint8Array {
  const subnet = change.to === undefined ? undefined : parseSubnet(change.to);
  return concat(
    ruleHeader(subnet?.prefix ?? 0, change.action === 'drop' ? blackhole : toTable),
    ...(change.to === undefined ? [] : [attribute(1, addressBytes(change.to.split('/')[0] ?? ''))]),
    ...(change.from === undefined ? [] : [attribute(3, text(change.from))]),
    attribute(6, u32(change.priority)),
  );
}

/** struct fib_rule_hdr */
function ruleHeader(prefix: number, action: number): Uint8Array {
  const table = action === blackhole ? 0 : localTable;
  return concat(bytes(2, prefix, 0, 0, table, 0, 0, action), u32(0));
}

/** struct ifinfomsg; the flag is set, others stay. */
function linkHeader(index: number, flag: number): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flag, 8);
  header.writeUInt32LE(flag, 12);
  return header;
}

function name(device: string): Uint8Array {
  return attribute(3, text(device));
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16LE(4 + value.length, 0);
  padded.writeUInt16LE(type, 2);
  padded.set(value, 4);
  return padded;
}

function text(value: string): Uint8Array {
  return Buffer.from(`${value}\0`);
}

function u32(value: number): Uint8Array {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(/[:-]/), (part) => Number.parseInt(part, 16));
}

function family(address: Uint8Array): number {
  return address.length === 4 ? 2 : 10;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** linux/rtnetlink.h, linux/netlink.h, linux/if.h; little-endian, as all machines that koffi is built for. */
const newLink = 16;
const deleteLink = 17;
const getLink = 18;
const newAddress = 20;
const newRoute = 24;
const deleteRoute = 25;
/** Of the part nftables (10): linux/netfilter/nf_tables.h. */
const getChain = (10 << 8) | 4;
const request = 0x1;
const acknowledge = 0x4;
const replace = 0x100;
const exclusive = 0x200;
const create = 0x400;
const up = 0x1;
const noDuplicateDetection = 0x2;
const newRule = 32;
const deleteRule = 33;
const localTable = 255;
const toTable = 1;
const blackhole = 6;
const mainTable = 254;
const staticProtocol = 4;
const linkScope = 253;
const unicast = 1;
const onLink = 4;
const withoutStatistics = 8;
