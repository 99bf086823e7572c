import { randomBytes } from 'node:crypto';
import { type ContainerId, type ProjectName, projectName, serviceName } from '../../src/core/ids.ts';
import { labels } from '../../src/core/labels.ts';
import type { EndpointSpec, NetworkSpec } from '../../src/network/index.ts';
import type {
  ContainerDetails,
  ContainerSpec,
  CreateOptions,
  Driver,
  ExecSpec,
  ObservedContainer,
  ObservedState,
  OutputChunk,
} from '../../src/runtime/index.ts';
import type { MountSpec, VolumeSpec } from '../../src/volumes/index.ts';
import { plainSpec } from '../support/plain-spec.ts';
import { commandOf, type Program } from './programs.ts';

/** A project of its own on an engine, for one test. */
export interface Lab {
  readonly driver: Driver;
  readonly project: ProjectName;
  /** Has busybox in it. */
  readonly image: string;
  /** A name that nothing else has. */
  name(word: string): string;
  spec(
    program: Program,
    more?: Partial<ContainerSpec> & { readonly args?: readonly string[] },
  ): ContainerSpec;
  create(program: Program, more?: Parameters<Lab['spec']>[1], options?: CreateOptions): Promise<ContainerId>;
  start(program: Program, more?: Parameters<Lab['spec']>[1]): Promise<ContainerId>;
  /** Runs it to its end. */
  run(program: Program, more?: Parameters<Lab['spec']>[1]): Promise<ContainerDetails>;
  network(word: string, more?: Partial<NetworkSpec>): Promise<string>;
  volume(word: string, more?: Partial<VolumeSpec>): Promise<string>;
  networkSpec(name: string, more?: Partial<NetworkSpec>): NetworkSpec;
  volumeSpec(name: string, more?: Partial<VolumeSpec>): VolumeSpec;
  /** Resolves once the container's details are as wanted, which its events announce. */
  until(id: ContainerId, wanted: (details: ContainerDetails) => boolean): Promise<ContainerDetails>;
  untilEnded(id: ContainerId): Promise<ContainerDetails>;
  /** The exit code of a command in a container, and what it said. */
  exec(
    id: ContainerId,
    program: Program,
    ...args: readonly string[]
  ): Promise<Said & { readonly exitCode: number }>;
  snapshot(): Promise<ObservedState>;
  observe(id: ContainerId): Promise<ObservedContainer>;
  details(id: ContainerId): Promise<ContainerDetails>;
  /** Removes everything of the project. */
  clear(): Promise<void>;
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

export function createLab(driver: Driver, image: string): Lab {
  const project = projectName(`contract-${randomBytes(4).toString('hex')}`);
  let made = 0;
  const name = (word: string): string => {
    made += 1;
    return `${project}-${word}-${made}`;
  };
  const own = (hash: string): Readonly<Record<string, string>> => ({
    [labels.project]: project,
    [labels.configHash]: hash,
  });
  const spec: Lab['spec'] = (program, more = {}) => {
    const { args = [], ...rest } = more;
    const service = serviceName('probe');
    return {
      ...plainSpec,
      project,
      service,
      name: name('box'),
      image,
      command: commandOf(program, ...args),
      labels: { ...own('0'.repeat(64)), [labels.service]: service },
      ...rest,
    };
  };
  const networkSpec: Lab['networkSpec'] = (networkName, more) => ({
    ...emptyNetwork,
    key: networkName,
    name: networkName,
    labels: own('0'.repeat(64)),
    ...more,
  });
  const volumeSpec: Lab['volumeSpec'] = (volumeName, more) => ({
    ...emptyVolume,
    key: volumeName,
    name: volumeName,
    labels: own('0'.repeat(64)),
    ...more,
  });
  const lab: Lab = {
    driver,
    project,
    image,
    name,
    spec,
    networkSpec,
    volumeSpec,
    create: (program, more, options = {}) => driver.createContainer(spec(program, more), options),
    start: async (program, more) => {
      const id = await lab.create(program, more);
      await driver.startContainer(id);
      return id;
    },
    run: async (program, more) => lab.untilEnded(await lab.start(program, more)),
    network: async (word, more) => {
      const networkName = name(word);
      await driver.createNetwork(networkSpec(networkName, more));
      return networkName;
    },
    volume: async (word, more) => {
      const volumeName = name(word);
      await driver.createVolume(volumeSpec(volumeName, more));
      return volumeName;
    },
    until: async (id, wanted) => {
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      try {
        const now = await driver.inspectContainer(id);
        if (now !== undefined && wanted(now)) return now;
        for await (const event of events) {
          const details = event.container === id ? await driver.inspectContainer(id) : undefined;
          if (details !== undefined && wanted(details)) return details;
        }
        throw new Error('the events ended');
      } finally {
        stop.abort();
      }
    },
    untilEnded: (id) => lab.until(id, ({ state }) => state === 'exited'),
    exec: async (id, program, ...args) => {
      const session = await driver.exec(id, execSpec(program, args));
      const said = await collect(session.output);
      return { ...said, exitCode: await session.exitCode() };
    },
    snapshot: () => driver.snapshot({ project, networks: [], volumes: [], images: [] }),
    observe: async (id) => {
      const found = (await lab.snapshot()).containers.find((container) => container.id === id);
      if (found === undefined) throw new Error(`no container ${id} in the snapshot`);
      return found;
    },
    details: async (id) => {
      const details = await driver.inspectContainer(id);
      if (details === undefined) throw new Error(`no container ${id}`);
      return details;
    },
    clear: async () => {
      const state = await lab.snapshot();
      const remove = (id: ContainerId) => driver.removeContainer(id, { force: true, volumes: true });
      await Promise.all(state.containers.map(({ id }) => remove(id)));
      await Promise.all(state.networks.map((network) => driver.removeNetwork(network.id)));
      await Promise.all(state.volumes.map((volume) => driver.removeVolume(volume.name)));
    },
  };
  return lab;
}

export function execSpec(
  program: Program,
  args: readonly string[] = [],
  more: Partial<ExecSpec> = {},
): ExecSpec {
  return {
    command: commandOf(program, ...args),
    environment: [],
    privileged: false,
    tty: false,
    stdin: false,
    detach: false,
    ...more,
  };
}

export async function collect(output: AsyncIterable<OutputChunk>): Promise<Said> {
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  for await (const { stream, data } of output) parts[stream].push(data);
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() };
}

export function endpoint(network: string, more: Partial<EndpointSpec> = {}): EndpointSpec {
  return { network, aliases: [], links: [], linkLocalAddresses: [], driverOptions: {}, ...more };
}

export function inNetworks(...endpoints: readonly EndpointSpec[]): Pick<ContainerSpec, 'network'> {
  return { network: { kind: 'networks', endpoints } };
}

export function volumeMount(
  target: string,
  name?: string,
  more: Partial<Extract<MountSpec, { kind: 'volume' }>> = {},
): MountSpec {
  return {
    kind: 'volume',
    target,
    readOnly: false,
    noCopy: false,
    labels: {},
    ...(name === undefined ? {} : { name }),
    ...more,
  };
}

const emptyNetwork = {
  driverOptions: {},
  ipam: { options: {}, pools: [] },
  internal: false,
  attachable: false,
  hash: '0'.repeat(64),
} as const;

const emptyVolume = { driver: 'local', driverOptions: {}, hash: '0'.repeat(64) } as const;

/** Reads until the word has come; throws when the output ends without it. */
export async function untilSaid(
  output: AsyncIterable<{ readonly data: Uint8Array }>,
  word: string,
): Promise<void> {
  for await (const { data } of output) if (Buffer.from(data).includes(word)) return;
  throw new Error(`it never said ${word}`);
}
