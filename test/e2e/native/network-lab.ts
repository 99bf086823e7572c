import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerId, containerId, projectName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import type { EndpointSpec, NetworkSpec, PublishedPort } from '../../../src/network/index.ts';
import { createNetworks } from '../../../src/runtime/native/network/index.ts';
import type { Networks, Plumbing, Root } from '../../../src/runtime/native/parts.ts';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';

export const libc = await loadLibc();
const project = projectName('lab');

export interface NetworkLab {
  readonly root: Root;
  readonly networks: Networks;
  /** Another engine with the same root, as in another process. */
  another(): Networks;
  network(name: string, more?: Partial<NetworkSpec>): Promise<string>;
  /** A namespace with these endpoints; nothing runs in it as yet. */
  container(...endpoints: readonly EndpointSpec[]): Promise<Inhabitant>;
  /** Takes everything away that the test made, processes too. */
  clear(): Promise<void>;
}

export interface Inhabitant extends Plumbing {
  readonly id: ContainerId;
  readonly name: string;
  /** Of its first endpoint. */
  readonly ip: string;
  /** Runs a command in the container's namespace to its end. */
  exec(...command: readonly [string, ...string[]]): Promise<Said>;
  reaches(address: string): Promise<boolean>;
  /** A web server on that port that says `text`; resolves once it listens. */
  serve(port: number, text: string): Promise<void>;
  publish(...ports: readonly PublishedPort[]): Promise<void>;
}

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function networkSpec(name: string, more: Partial<NetworkSpec> = {}): NetworkSpec {
  return {
    key: name,
    name,
    driverOptions: {},
    ipam: { options: {}, pools: [] },
    internal: false,
    attachable: false,
    labels: { [labels.project]: project, [labels.network]: name, [labels.configHash]: 'hash' },
    hash: 'hash',
    ...more,
  };
}

export function endpoint(network: string, more: Partial<EndpointSpec> = {}): EndpointSpec {
  return { network, aliases: [], links: [], linkLocalAddresses: [], driverOptions: {}, ...more };
}

/** `machine`: where it is kept what all engines share, unless that is the machine itself. */
export function createNetworkLab(machine?: string): NetworkLab {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-net-'));
  const root: Root = {
    lasting: join(folder, 'lib'),
    volatile: join(folder, 'run'),
    tag: randomBytes(4).toString('hex'),
  };
  const another = () =>
    createNetworks({
      root,
      libc,
      environment: process.env,
      now: () => Date.now(),
      ...(machine === undefined ? {} : { machine }),
    });
  const networks = another();
  const made: {
    readonly networks: string[];
    readonly ids: ContainerId[];
    readonly children: ChildProcess[];
  } = {
    networks: [],
    ids: [],
    children: [],
  };

  const inhabit = (id: ContainerId, name: string, plumbing: Plumbing): Inhabitant => {
    const within = ['nsenter', `--net=${plumbing.namespace}`] as const;
    return {
      ...plumbing,
      id,
      name,
      ip: plumbing.addresses[0]?.ipv4 ?? plumbing.addresses[0]?.ipv6 ?? '',
      exec: (...command) => run([...within, ...command]),
      reaches: async (address) =>
        (await run([...within, 'busybox', 'ping', '-c1', '-W1', address])).exitCode === 0,
      async serve(port, text) {
        const files = mkdtempSync(join(folder, 'www-'));
        writeFileSync(join(files, 'index.html'), text);
        const command = ['busybox', 'httpd', '-f', '-p', String(port), '-h', files];
        made.children.push(spawn(within[0], [within[1], ...command], { stdio: 'ignore' }));
        await listening(plumbing.namespace, port);
      },
      async publish(...ports) {
        await networks.publish(id, ports);
      },
    };
  };

  return {
    root,
    networks,
    another,
    async network(name, more) {
      made.networks.push(name);
      await networks.create(networkSpec(name, more));
      return name;
    },
    async container(...endpoints) {
      const id = containerId(randomBytes(32).toString('hex'));
      made.ids.push(id);
      const name = `c${made.ids.length}`;
      return inhabit(id, name, await networks.plumb({ id, project, name, endpoints }));
    },
    async clear() {
      for (const child of made.children) child.kill('SIGKILL');
      await Promise.all(made.ids.map((id) => networks.unplumb(id)));
      for (const name of made.networks) await networks.remove(name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything on the machine that networks of a root are made of. */
export async function leftovers(root: Root): Promise<readonly string[]> {
  const [links, routes, tables, rules] = await Promise.all([
    run(['ip', '-o', 'link']),
    run(['ip', 'route', 'show', 'table', 'all']),
    run(['nft', 'list', 'tables']),
    run(['iptables', '-S']),
  ]);
  const lines = [links, routes, tables, rules].flatMap(({ stdout }) => stdout.split('\n'));
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...lines.filter((line) => line.includes(root.tag)),
    ...mounts.filter((line) => line.includes(root.volatile)),
  ];
}

export function run(command: readonly [string, ...string[]], input?: string): Promise<Said> {
  const [file, ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = execFile(file, rest, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number' && error.signal === null) reject(error);
      else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Resolves once somebody listens on the TCP port in the namespace. */
async function listening(namespace: string, port: number): Promise<void> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (;;) {
    const { stdout } = await run(['nsenter', `--net=${namespace}`, 'cat', '/proc/net/tcp', '/proc/net/tcp6']);
    if (new RegExp(`:${hex} \\S+ 0A `).test(stdout)) return;
  }
}
