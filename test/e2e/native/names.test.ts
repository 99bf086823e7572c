import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNameHost, serveNames } from '../../../src/runtime/native/dns/index.ts';
import { supervise } from '../../../src/runtime/native/supervisor/supervise.ts';
import {
  createNetworkLab,
  endpoint,
  type Inhabitant,
  leftovers,
  libc,
  type NetworkLab,
  run,
} from './network-lab.ts';

let lab: NetworkLab;
let over: AbortController;
let folder: string;
beforeEach(() => {
  lab = createNetworkLab();
  over = new AbortController();
  folder = mkdtempSync(join(tmpdir(), 'flotilla-names-'));
});
afterEach(async () => {
  over.abort();
  await lab.clear();
  rmSync(folder, { recursive: true, force: true });
  await expect.poll(() => leftovers(lab.root), { timeout: 10_000 }).toEqual([]);
});

function serve(resolvConf = '/dev/null'): void {
  serveNames({ root: lab.root, libc, project: 'lab', signal: over.signal, resolvConf });
}

/** Addresses or names that a container is told, over UDP or TCP; the server's word when there are none. */
async function ask(
  asker: Inhabitant,
  name: string,
  type = 'A',
  ...options: readonly string[]
): Promise<string[] | string> {
  const script = `
    const [name, type, transport] = process.argv.slice(1);
    const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
    const code = { A: 1, AAAA: 28, PTR: 12, TXT: 16 }[type];
    const query = Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, code, 0, 1]);
    const show = (answer) => {
      const found = [];
      let at = 12 + labels.length + 5;
      for (let left = answer.readUInt16BE(6); left > 0; left -= 1) {
        const length = answer.readUInt16BE(at + 10);
        const data = answer.subarray(at + 12, at + 12 + length);
        found.push(type === 'A' ? [...data].join('.') : data.toString(type === 'PTR' ? 'latin1' : 'hex'));
        at += 12 + length;
      }
      console.log(JSON.stringify({ code: answer[3] & 15, found }));
      process.exit();
    };
    if (transport === 'tcp') {
      const socket = require('net').connect(53, '127.0.0.11');
      socket.write(Buffer.concat([Buffer.from([0, query.length]), query]));
      socket.on('data', (data) => show(data.subarray(2)));
    } else {
      const socket = require('dgram').createSocket('udp4');
      socket.on('message', show).send(query, 53, '127.0.0.11');
    }`;
  const { stdout } = await asker.exec(
    'timeout',
    '20',
    process.execPath,
    '-e',
    script,
    name,
    type,
    ...options,
  );
  const { code, found } = JSON.parse(stdout);
  return code === 0 ? found : (['', '', 'failed', 'unknown'][code] ?? code);
}

test('containers know each other by name, at once, over UDP and TCP', async () => {
  const net = await lab.network('net');
  const web = await lab.container(endpoint(net));
  await web.publish();
  serve();
  expect(await ask(web, web.name)).toEqual([web.ip]);
  const db = await lab.container(endpoint(net, { aliases: ['store'] }));
  expect(await ask(web, 'store')).toBe('failed');
  await db.publish();
  expect(await ask(web, 'store')).toEqual([db.ip]);
  expect(await ask(web, 'STORE', 'A', 'tcp')).toEqual([db.ip]);
  expect(await ask(web, 'store', 'AAAA')).toEqual([]);
  expect(await ask(web, [...db.ip.split('.').reverse(), 'in-addr', 'arpa'].join('.'), 'PTR')).toEqual([
    `\x02${db.name}\x03net\x00`,
  ]);
  await lab.networks.rename(db.id, 'renamed');
  expect(await ask(web, 'renamed')).toEqual([db.ip]);
  await lab.networks.unpublish(db.id);
  expect(await ask(web, 'store')).toBe('failed');
});

test('a network that comes later is served too, an internal one as well, and each knows only its own', async () => {
  const front = await lab.network('front');
  const web = await lab.container(endpoint(front, { aliases: ['web'] }));
  await web.publish();
  serve();
  const back = await lab.network('back', { internal: true });
  const db = await lab.container(endpoint(back, { aliases: ['db'] }));
  await db.publish();
  await expect.poll(() => ask(db, 'db').catch(() => undefined), { timeout: 10_000 }).toEqual([db.ip]);
  expect(await ask(db, 'web')).toBe('failed');
  await lab.networks.connect(web.id, endpoint(back, { aliases: ['web'] }));
  expect(await ask(web, 'db')).toEqual([db.ip]);
  expect(await ask(db, 'web')).toHaveLength(1);
});

test("what is not known is asked of the host's servers, from the host's network", async () => {
  const server: Socket = createSocket('udp4');
  await new Promise<void>((resolve) => server.bind(53, '127.44.55.66', resolve));
  server.on('message', (query, from) => {
    const answer = Buffer.concat([query, Buffer.from('c00c000100010000003c000401020304', 'hex')]);
    answer[2] = 0x81;
    answer[7] = 1;
    server.send(answer, from.port, from.address);
  });
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.44.55.66\n');
  const web = await lab.container(endpoint(await lab.network('net')));
  await web.publish();
  serve(join(folder, 'resolv.conf'));
  expect(await ask(web, 'example.org')).toEqual(['1.2.3.4']);
  server.close();
});

test('two that serve the same network answer both, and one is enough', async () => {
  const web = await lab.container(endpoint(await lab.network('net')));
  await web.publish();
  serve();
  const other = new AbortController();
  serveNames({ root: lab.root, libc, project: 'lab', signal: other.signal, resolvConf: '/dev/null' });
  for (let times = 0; times < 4; times += 1) expect(await ask(web, web.name)).toEqual([web.ip]);
  other.abort();
  expect(await ask(web, web.name)).toEqual([web.ip]);
});

test("the server's address is no way to what listens on a container's loopback", async () => {
  const net = await lab.network('net');
  const [web, neighbour] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
  await web.serve(80, 'secret');
  const via = ['ip', 'route', 'add', '127.9.9.9/32', 'via', web.ip, 'dev', 'eth0', 'table', 'local'] as const;
  expect((await neighbour.exec(...via)).exitCode).toBe(0);
  const over = (address: string) => ['curl', '-s', '-m', '1', `http://${address}/`] as const;
  expect((await neighbour.exec(...over('127.9.9.9'))).exitCode).toBe(28);
  expect((await neighbour.exec(...over(web.ip))).stdout).toBe('secret');
  expect((await web.exec(...over('127.0.0.1'))).stdout).toBe('secret');
});

test('questions that wait for a supervisor are answered also by one that finds another at work', async () => {
  const net = await lab.network('net');
  const [one, two] = [await lab.container(endpoint(net)), await lab.container(endpoint(net))];
  await one.publish();
  await two.publish();
  mkdirSync(join(lab.root.volatile, 'projects'));
  const host = createNameHost({ root: lab.root, libc });
  host.serve('lab', false);
  const answer = ask(one, two.name);
  await expect.poll(waitingQuestions, { timeout: 10_000 }).toBe(1);
  const inherited = host.socketsOf('lab');
  const engine = { root: lab.root, libc: { ...libc, tryFlock: () => false } };
  await supervise(engine as never, 'lab', process.pid, { inherited });
  expect(await answer).toEqual([two.ip]);
});

/** Of all networks of the lab: sockets in which something is to be read. */
async function waitingQuestions(): Promise<number> {
  const folder = join(lab.root.volatile, 'networks/namespaces');
  const tables = await Promise.all(
    readdirSync(folder).map((name) =>
      run(['nsenter', `--net=${join(folder, name)}`, 'cat', '/proc/net/udp']),
    ),
  );
  return tables.flatMap(({ stdout }) => stdout.match(/ [0-9A-F]{8}:(?!0{8})[0-9A-F]{8} /g) ?? []).length;
}
