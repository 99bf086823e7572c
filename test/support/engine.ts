import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest';
import { type Engine, startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage, type ImageName, imageReference } from '../../scripts/lib/images/ensure.mjs';
import { type DockerHelper, dockerHelper } from './docker.ts';
import { engineProxy } from './engine-proxy.ts';
import { type Interposed, interposedDriver, interposedProxy } from './interposed.ts';
import { type NativeEngine, nativeEngine } from './native-engine.ts';
import { nativeHelper } from './native-helper.ts';
import { type ProjectFiles, TestProject } from './project.ts';
import { watchState } from './watch-state.ts';

interface ProjectOptions {
  /** Images that the engine must have; busybox unless given. */
  readonly images?: readonly ImageName[];
  /** Variables for every command on the project. */
  readonly env?: Readonly<Record<string, string>>;
}

type Tool = 'flotilla' | 'compose';

export interface TestEngine {
  readonly runtime: 'docker' | 'native';
  /** Who can run a project on it, for tests that ask both for the same. */
  readonly tools: readonly Tool[];
  /** Who takes turns with Flotilla: docker compose; where that has no engine, Flotilla once more. */
  readonly otherTool: Tool;
  /** DOCKER_HOST of it; empty for the native engine. */
  readonly host: string;
  /** Where ports that containers publish answer. Not always 127.0.0.1: the throwaway engine has its own network. */
  readonly address: string;
  readonly docker: DockerHelper;
  /** Resolves to the image's reference once the engine has it. */
  image(name: ImageName): Promise<string>;
  /** A session of the library of which each change to the engine can be seen and held up. */
  interpose(): Promise<Interposed>;
  /** Runs commands, which get the variables, and tells what they changed on the engine: nothing, say. */
  watch<T>(
    project: TestProject,
    run: (env: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<{ readonly result: T; readonly writes: readonly string[] }>;
  /**
   * A compose project in a folder of its own under a name of its own. Made in a test it is removed after the test,
   * made in a beforeAll after the last one, with its containers, networks, volumes and processes, also on failure.
   */
  project(files: ProjectFiles, options?: ProjectOptions): Promise<TestProject>;
}

/**
 * The run's engine. Call it at the top of a test file or a describe block. Without an engine its tests are skipped
 * and the run says why.
 */
export function useEngine(): TestEngine {
  return onNative ? useNativeEngine() : useDockerEngine();
}

const onNative = process.env['FLOTILLA_TEST_RUNTIME'] === 'native';

/**
 * A group of tests about Docker itself, of which `why` is the reason: elsewhere they are shown as skipped, with the
 * reason in their titles. What has an equivalent on the native engine is tested there too, in test/e2e/native.
 */
export function onlyOnDocker(why: string, tests: () => void): void {
  describe.skipIf(onNative)(`only on Docker, for ${why}`, tests);
}

/** The same for the native engine, in a root of its own for each file. */
export function useNativeEngine(): TestEngine & Pick<NativeEngine, 'root'> {
  const native = nativeEngine();
  const helper = nativeHelper(native.connect);
  afterAll(() => native.remove());
  const engine = testEngine({
    runtime: 'native',
    reason: inject('nativeFailure'),
    host: '',
    address: '127.0.0.1',
    docker: helper,
    image: native.image,
    interpose: async () => interposedDriver(await native.connect()),
    watch: (project, run) => watchState(native.connect, project, run),
    env: { FLOTILLA_RUNTIME: 'native', FLOTILLA_ROOT: native.root, DOCKER_HOST: '' },
  });
  return { ...engine, root: native.root };
}

function useDockerEngine(): TestEngine {
  const provided = inject('engine');
  const { host, address } = provided.state === 'running' ? provided : { host: '', address: '' };
  return testEngine({
    runtime: 'docker',
    reason: provided.state === 'missing' ? provided.reason : '',
    host,
    address,
    docker: dockerHelper(host),
    image: dockerImages(host),
    interpose: () => interposedProxy(host),
    watch: async (_, run) => {
      await using proxy = await engineProxy(host);
      return { result: await run({ DOCKER_HOST: proxy.host }), writes: proxy.writes() };
    },
    env: {},
  });
}

/**
 * An engine on which nothing happens but what the test file does, for what all of an engine's users share: Docker tells
 * its last 256 events and no older ones. The native engine has a root for each file anyway.
 */
export function useQuietEngine(): Pick<TestEngine, 'project'> {
  if (onNative) return useNativeEngine();
  const provided = inject('engine');
  const shared = provided.state === 'running' ? provided : { host: '', address: '' };
  const maySetUp = provided.state === 'running' && process.getuid?.() === 0;
  let own: Engine | undefined;
  beforeAll(async () => {
    if (maySetUp) own = await startEngine({ network: 'private', life: 'tied', say: () => {} });
  });
  afterAll(() => own?.stop());
  return {
    project: useProjects({
      reason: provided.state === 'missing' ? provided.reason : '',
      env: {},
      parts: () => {
        const { host, address } = own ?? shared;
        return { runtime: 'docker', host, address, docker: dockerHelper(host), image: dockerImages(host) };
      },
    }),
  };
}

function dockerImages(host: string): TestEngine['image'] {
  return (name) => ensureImage(host, name, (line) => process.stderr.write(`  ${line}\n`));
}

type ProjectParts = Pick<TestEngine, 'runtime' | 'host' | 'address' | 'docker' | 'image'>;

interface ProjectSource<Parts> {
  /** Why there is none; empty when there is one. */
  readonly reason: string;
  /** For every command. */
  readonly env: Readonly<Record<string, string>>;
  readonly parts: Parts;
}

type EngineParts = Omit<TestEngine, 'project' | 'tools' | 'otherTool'>;

function testEngine({
  reason,
  env,
  ...parts
}: EngineParts & Omit<ProjectSource<unknown>, 'parts'>): TestEngine {
  const tools: readonly Tool[] = parts.runtime === 'docker' ? ['flotilla', 'compose'] : ['flotilla'];
  return {
    ...parts,
    tools,
    otherTool: tools.at(-1) ?? 'flotilla',
    project: useProjects({ reason, env, parts: () => parts }),
  };
}

/** The parts are asked for when a project is made: an engine may be started in a hook. */
function useProjects({ reason, env, parts }: ProjectSource<() => ProjectParts>): TestEngine['project'] {
  let inTest: TestProject[] | undefined;
  const inSuite: TestProject[] = [];

  beforeEach((context) => {
    if (reason !== '') context.skip(reason);
    inTest = [];
  });
  afterEach(async () => {
    const projects = inTest ?? [];
    inTest = undefined;
    await Promise.all(projects.map((project) => project.remove()));
  });
  afterAll(async () => {
    await Promise.all(inSuite.map((project) => project.remove()));
  });

  return async (files, options = {}) => {
    const { runtime, host, address, docker, image } = parts();
    for (const name of options.images ?? (['busybox'] as const)) await image(name);
    const buildFailure = inject('buildFailure');
    const variables = { ...env, ...options.env };
    const project = new TestProject({ runtime, host, address, docker, buildFailure }, files, variables);
    (inTest ?? inSuite).push(project);
    return project;
  };
}

/** References of the images, for compose files; the engine has those that `engine.image` or `engine.project` named. */
export const images = {
  busybox: imageReference('busybox'),
  nginx: imageReference('nginx'),
  redis: imageReference('redis'),
  postgres: imageReference('postgres'),
  'shop-web': imageReference('shop-web'),
  'shop-app': imageReference('shop-app'),
} satisfies Record<ImageName, string>;

/**
 * A line of a service that is to be healthy soon and stay so: the first probe succeeds, the second one lasts as long as the
 * container. Ten probes a second to the very end would take a fifth of a processor for each container on Docker. What a
 * probe leaves behind is in memory that every start of the container gets anew.
 */
export const healthySoon =
  'healthcheck: {test: "[ ! -e /dev/shm/healthy ] || exec sleep 1000; touch /dev/shm/healthy", interval: 100ms, timeout: 1h}';
