import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { allCapabilities } from '../all-capabilities.ts';
import type { Driver } from '../driver.ts';
import type { Health, ProbeResult } from '../observed.ts';
import { systemClock } from '../system-clock.ts';
import { createCallLog, type RecordedCall } from './calls.ts';
import { Connection } from './connection.ts';
import { createFakeDriver } from './driver.ts';
import {
  builtInNetworks,
  describeImage,
  type EngineState,
  type FakeContainer,
  type FakeFile,
  requireContainer,
  setHealth,
  setPaused,
} from './model/index.ts';
import type { Delay, Failure, FakeEngineOptions, Verb } from './options.ts';
import { createRegistry } from './registry.ts';
import { type Exit, Supervisor } from './supervisor.ts';
import { World } from './world.ts';

/** An engine in memory, for tests of what drives one: see what was asked of it, and let happen what must be borne. */
export interface FakeEngine {
  readonly driver: Driver;
  /** Another client of the same engine. */
  connect(): Driver;

  /** Every call since the beginning or `forgetCalls`, in the order in which they came in. */
  readonly calls: readonly RecordedCall[];
  /** The calls that change something, as `createContainer shop-web-1`; a call that failed says so at its end. */
  writes(): readonly string[];
  forgetCalls(): void;
  state(): EngineState;
  /** By name or id; throws when there is no such container. */
  container(ref: string): FakeContainer;
  /** What a container wrote, both streams in their order. */
  output(ref: string): string;

  /** From now on, after those that were there before. */
  fail(failure: Failure): void;
  delay(delay: Delay): void;
  /** Ends a container's process as if by itself: its restart policy applies. */
  exit(ref: string, exit: Exit): void;
  setHealth(ref: string, health: Health, probe?: ProbeResult): void;
  pause(ref: string): void;
  unpause(ref: string): void;
  write(ref: string, text: string, stream?: 'stdout' | 'stderr'): void;

  /** The engine goes away: pending calls and streams end with `engine.lost`, new ones with `engine.refused`. */
  kill(): void;
  /** It answers again; its containers went on meanwhile. */
  revive(): void;
  /** As it was created: no containers, no recorded calls; connections are lost. */
  reset(): void;
}

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const clock = options.clock ?? systemClock;
  const world = new World(initialState(options), clock);
  const supervisor = new Supervisor(world, options.behaviours ?? {});
  const connection = new Connection();
  const log = createCallLog(clock, options.failures ?? [], options.delays ?? []);
  const connect = (): Driver =>
    createFakeDriver({
      world,
      supervisor,
      log,
      connection,
      registry: createRegistry(options.registry ?? 'all'),
      execs: options.execs ?? [],
      capabilities: { ...allCapabilities, ...options.capabilities },
      version: {
        product: 'Fake Engine',
        version: '1.0.0',
        apiVersion: '1.51',
        os: 'linux',
        arch: 'amd64',
        ...options.version,
      },
    });
  const idOf = (ref: string): FakeContainer['id'] => requireContainer(world.state, ref).id;
  return {
    driver: connect(),
    connect,
    get calls() {
      return log.calls;
    },
    writes: () => log.calls.filter(({ verb }) => isWrite(verb)).map(formatCall),
    forgetCalls: () => log.forget(),
    state: () => world.state,
    container: (ref) => requireContainer(world.state, ref),
    output: (ref) => world.outputOf(idOf(ref)).text(),
    fail: (failure) => log.fail(failure),
    delay: (delay) => log.delay(delay),
    exit: (ref, exit) => supervisor.exit(ref, exit),
    setHealth: (ref, health, probe) => {
      const container = requireContainer(world.state, ref);
      if (container.state.kind !== 'running' || container.state.health === 'none') {
        throw new FlotillaError('engine.conflict', `container ${quote(container.name)} runs no health check`);
      }
      world.apply(setHealth(world.state, container.id, health, probe));
    },
    pause: (ref) => {
      world.apply(setPaused(world.state, ref, true));
    },
    unpause: (ref) => {
      world.apply(setPaused(world.state, ref, false));
    },
    write: (ref, text, stream = 'stdout') => {
      void world.outputOf(idOf(ref)).write({ stream, data: Buffer.from(text) });
    },
    kill: () => connection.lose(),
    revive: () => connection.restore(),
    reset: () => {
      connection.lose();
      supervisor.reset();
      world.reset();
      log.reset();
      connection.restore();
    },
  };
}

function initialState(options: FakeEngineOptions): EngineState {
  const { images = 'all', hostFiles = {}, busyPorts = [], missingHostPaths = [] } = options;
  const described = images === 'all' ? [] : images.map(describeImage);
  const files = Object.entries(hostFiles).map(([path, text]): [string, FakeFile] => [
    path,
    { content: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 },
  ]);
  return {
    containers: new Map(),
    networks: builtInNetworks(),
    volumes: new Map(),
    images: new Map(described.map((image) => [image.reference, image])),
    everyImage: images === 'all',
    host: new Map(files),
    missingHostPaths,
    busyPorts,
    serial: 1,
  };
}

const reads: ReadonlySet<Verb> = new Set<Verb>([
  'version',
  'snapshot',
  'inspectImage',
  'inspectContainer',
  'logs',
  'attach',
  'attachInput',
  'events',
  'housekeeping',
  'getArchive',
  'statPath',
  'listProcesses',
]);

function isWrite(verb: Verb): boolean {
  return !reads.has(verb);
}

function formatCall({ verb, name, input, outcome }: RecordedCall): string {
  const target = typeof input === 'string' ? ` ${input}` : '';
  return `${verb} ${name}${target}${outcome === 'done' ? '' : ` (${outcome})`}`;
}
