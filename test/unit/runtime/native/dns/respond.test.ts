import { describe, expect, test } from 'vitest';
import { indexNames } from '../../../../../src/runtime/native/dns/names.ts';
import { respond } from '../../../../../src/runtime/native/dns/respond.ts';
import type {
  EndpointRecord,
  NetworkRecord,
  NetworkState,
  RunningState,
} from '../../../../../src/runtime/native/network/state.ts';

const types = { A: 1, MX: 15, AAAA: 28, PTR: 12 };

/** front: web and two replicas of api. back: db, an api and a db that stands still. hidden: internal, alone. */
const state: NetworkState = {
  version: 1,
  networks: [
    network('front', '172.18'),
    network('back', '172.19', 'fd00:19::/64'),
    network('hidden', '172.20', undefined, true),
  ],
  containers: {
    [id('a')]: container('web', [], end('front', '172.18.0.2', ['web'], ['shop-api-1:store'])),
    [id('b')]: container(
      'shop-api-1',
      [],
      end('front', '172.18.0.3', ['API']),
      end('back', '172.19.0.3', ['api']),
    ),
    [id('c')]: container('shop-api-2', [], end('front', '172.18.0.4', ['API'])),
    [id('d')]: container('db', ['9.9.9.9'], { ...end('back', '172.19.0.4', ['store']), ipv6: 'fd00:19::4' }),
    [id('e')]: container('old-db', [], end('back', '172.19.0.5', ['store'])),
    [id('f')]: container('lonely', [], end('hidden', '172.20.0.2', [])),
  },
};
const running: RunningState = {
  version: 1,
  containers: Object.fromEntries(['a', 'b', 'c', 'd', 'f'].map((letter) => [id(letter), { ports: [] }])),
};

const web = { networkId: 'front', address: '172.18.0.2' };
const db = { networkId: 'back', address: '172.19.0.4' };
const lonely = { networkId: 'hidden', address: '172.20.0.2' };

describe('a container is told', () => {
  test.each([
    ['a name of its network', web, 'shop-api-1', types.A, ['172.18.0.3']],
    ['whatever letters it uses', web, 'WeB', types.A, ['172.18.0.2']],
    ['all replicas of an alias', web, 'api', types.A, ['172.18.0.3', '172.18.0.4']],
    ['the beginning of an id', web, id('c').slice(0, 12), types.A, ['172.18.0.4']],
    ['a name with its network behind', web, 'api.front', types.A, ['172.18.0.3', '172.18.0.4']],
    ['what it is linked to', web, 'store', types.A, ['172.18.0.3']],
    ['what runs, and not what stands still', db, 'store', types.A, ['172.19.0.4']],
    ['an IPv6 address', db, 'store', types.AAAA, ['fd00:19::4']],
    ['nothing, where there is none of that family', db, 'api', types.AAAA, []],
    ['nothing, where something else is asked of a known name', db, 'api', types.MX, []],
    ['whose an address is', web, '3.0.18.172.in-addr.arpa', types.PTR, ['shop-api-1.front']],
    [
      'whose an IPv6 address is',
      db,
      '4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.9.1.0.0.0.0.d.f.ip6.arpa',
      types.PTR,
      ['db.back'],
    ],
  ] as const)('%s', (_, asker, name, type, wanted) => {
    expect(ask(asker, name, type)).toEqual({ code: 0, answers: wanted });
  });

  test('that nobody has an address of its network', () => {
    expect(ask(web, '99.0.18.172.in-addr.arpa', types.PTR)).toEqual({ code: 3, answers: [] });
  });

  test('nothing of networks that it is not in', () => {
    expect(ask(web, 'db', types.A)).toEqual({ forward: 'host' });
    expect(ask(web, '4.0.19.172.in-addr.arpa', types.PTR)).toEqual({ forward: 'host' });
  });
});

test('what is not known is asked of others: its own servers, those of the host, nobody for an internal network', () => {
  expect(ask(web, 'example.org', types.A)).toEqual({ forward: 'host' });
  expect(ask(db, 'example.org', types.A)).toEqual({ forward: ['9.9.9.9'] });
  expect(ask(lonely, 'example.org', types.A)).toEqual({ code: 2, answers: [] });
  expect(ask({ networkId: 'front', address: '172.18.0.77' }, 'web', types.A)).toEqual({
    code: 0,
    answers: ['172.18.0.2'],
  });
});

test('replicas take turns', () => {
  const first = (start: number) => {
    const said = respond(question('api', types.A), web, names(), { random: () => start });
    return said.kind === 'answer' ? read(said.message).answers : undefined;
  };
  expect([first(0), first(1)]).toEqual([
    ['172.18.0.3', '172.18.0.4'],
    ['172.18.0.4', '172.18.0.3'],
  ]);
});

describe('a message that is no proper question', () => {
  test.each([
    ['too short', '0001'],
    ['an answer', '000181000001000000000000026462000001 0001'],
  ])('gets no answer: %s', (_, hex) => {
    const message = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(respond(message, web, names(), { random: () => 0 })).toEqual({ kind: 'silence' });
  });

  test.each([
    ['two questions', '000101000002000000000000026462000001 0001'],
    ['a name that points', '00010100000100000000 0000c00c00010001'],
    ['a name without an end', '00010100000100000000 000003646220'],
    ['no room for the type', '00010100000100000000 00000264620000'],
    ['nothing at all', '000101000001000000000000'],
  ])('is refused: %s', (_, hex) => {
    const said = respond(Buffer.from(hex.replaceAll(' ', ''), 'hex'), web, names(), { random: () => 0 });
    expect(said.kind === 'answer' && read(said.message).code).toBe(1);
  });

  test('is not supported: an update', () => {
    const message = question('db', types.A);
    message[2] = 0x28;
    const said = respond(message, web, names(), { random: () => 0 });
    expect(said.kind === 'answer' && read(said.message).code).toBe(4);
  });
});

test('an answer that does not fit into a datagram is cut, unless the asker takes longer ones', () => {
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      id('g') + index,
      container(`many-${index}`, [], end('front', `172.18.1.${index}`, ['many'])),
    ]),
  );
  const crowd = indexNames(
    { ...state, containers: { ...state.containers, ...many } },
    { version: 1, containers: Object.fromEntries(Object.keys(many).map((key) => [key, { ports: [] }])) },
  );
  const say = (message: Uint8Array, room?: number) => {
    const said = respond(message, web, crowd, { random: () => 0, ...(room === undefined ? {} : { room }) });
    if (said.kind !== 'answer') throw new Error(said.kind);
    return { length: said.message.length, isCut: ((said.message[2] ?? 0) & 2) !== 0, ...read(said.message) };
  };
  const short = say(question('many', types.A));
  expect([short.length <= 512, short.isCut, short.answers.length]).toEqual([true, true, 30]);
  const option = Buffer.from('0000291000000000000000', 'hex');
  const extended = Buffer.concat([question('many', types.A), option]);
  extended[11] = 1;
  expect(say(extended)).toMatchObject({ isCut: false, answers: { length: 100 } });
  expect(say(question('many', types.A), 65_535)).toMatchObject({ isCut: false, answers: { length: 100 } });
});

test('the question comes back with the letters that it was asked in', () => {
  const said = respond(question('WeB', types.A), web, names(), { random: () => 0 });
  expect(said.kind === 'answer' && Buffer.from(said.message).toString('latin1')).toContain('\x03WeB\x00');
});

function names() {
  return indexNames(state, running);
}

function ask(asker: typeof web, name: string, type: number) {
  const said = respond(question(name, type), asker, names(), { random: () => 0 });
  if (said.kind === 'forward') return { forward: said.servers };
  return said.kind === 'answer' ? read(said.message) : said.kind;
}

function question(name: string, type: number): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]);
  const header = Buffer.from('abcd01000001000000000000', 'hex');
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, type, 0, 1)]);
}

/** Code and data of an answer whose records all point to the question. */
function read(message: Uint8Array): { code: number; answers: string[] } {
  const view = Buffer.from(message);
  const answers: string[] = [];
  let offset = 12;
  if (view.readUInt16BE(4) === 1) offset = view.indexOf(0, offset) + 5;
  for (let left = view.readUInt16BE(6); left > 0; left -= 1) {
    expect(view.readUInt16BE(offset)).toBe(0xc00c);
    const [type, length] = [view.readUInt16BE(offset + 2), view.readUInt16BE(offset + 10)];
    const data = view.subarray(offset + 12, offset + 12 + length);
    answers.push(type === types.PTR ? labelsOf(data) : addressOf(data));
    offset += 12 + length;
  }
  expect(offset).toBe(message.length);
  return { code: view.readUInt8(3) & 0xf, answers };
}

function addressOf(data: Buffer): string {
  if (data.length === 4) return [...data].join('.');
  const groups = data.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function labelsOf(data: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; (data[at] ?? 0) > 0; at += 1 + (data[at] ?? 0)) {
    labels.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)).toString());
  }
  return labels.join('.');
}

function id(letter: string): string {
  return letter.repeat(64);
}

function network(name: string, begin: string, subnet6?: string, internal = false): NetworkRecord {
  const old = { subnet: `${begin}.0.0/16`, gateway: `${begin}.0.1`, auxiliary: [] };
  return {
    id: name,
    name,
    labels: {},
    internal,
    pools: [
      old,
      ...(subnet6 === undefined ? [] : [{ subnet: subnet6, gateway: 'fd00:19::1', auxiliary: [] }]),
    ],
    device: 'fl0',
    bridge: 'bridge',
    mtu: 1500,
    masquerade: true,
    talks: true,
    interfacePrefix: 'eth',
    createdAt: 0,
  };
}

function container(name: string, dns: readonly string[], ...endpoints: readonly EndpointRecord[]) {
  return { project: 'shop', name, dns, endpoints };
}

function end(
  networkId: string,
  ipv4: string,
  aliases: readonly string[],
  links: readonly string[] = [],
): EndpointRecord {
  const spec = { network: networkId, aliases, links, linkLocalAddresses: [], driverOptions: {} };
  return { networkId, spec, device: 'eth0', mac: '02:42:00:00:00:00', ipv4 };
}
