import { afterAll, afterEach, beforeEach, inject } from 'vitest';
import { ensureImage, type ImageName, imageReference } from '../../scripts/lib/images/ensure.mjs';
import { type DockerHelper, dockerHelper } from './docker.ts';
import { type NativeEngine, nativeEngine } from './native-engine.ts';
import { nativeHelper } from './native-helper.ts';
import { type ProjectFiles, TestProject } from './project.ts';

interface ProjectOptions {
  /** Images that the engine must have; busybox unless given. */
  readonly images?: readonly ImageName[];
  /** Variables for every command on the project. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface TestEngine {
  /** DOCKER_HOST of it. */
  readonly host: string;
  /** Where ports that containers publish answer. Not always 127.0.0.1: the throwaway engine has its own network. */
  readonly address: string;
  readonly docker: DockerHelper;
  /** Resolves to the image's reference once the engine has it. */
  image(name: ImageName): Promise<string>;
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
  return process.env['FLOTILLA_TEST_RUNTIME'] === 'native' ? useNativeEngine() : useDockerEngine();
}

/** The same for the native engine, in a root of its own for each file. */
export function useNativeEngine(): TestEngine & Pick<NativeEngine, 'root'> {
  const native = nativeEngine();
  const helper = nativeHelper(native.connect);
  afterAll(() => native.remove());
  const engine = testEngine({
    reason: inject('nativeFailure'),
    host: '',
    address: '127.0.0.1',
    docker: helper,
    image: native.image,
    env: { FLOTILLA_RUNTIME: 'native', FLOTILLA_ROOT: native.root, DOCKER_HOST: '' },
  });
  return { ...engine, root: native.root };
}

function useDockerEngine(): TestEngine {
  const provided = inject('engine');
  const { host, address } = provided.state === 'running' ? provided : { host: '', address: '' };
  return testEngine({
    reason: provided.state === 'missing' ? provided.reason : '',
    host,
    address,
    docker: dockerHelper(host),
    image: (name) => ensureImage(host, name, (line) => process.stderr.write(`  ${line}\n`)),
    env: {},
  });
}

interface EngineParts extends Pick<TestEngine, 'host' | 'address' | 'docker' | 'image'> {
  /** Why there is none; empty when there is one. */
  readonly reason: string;
  /** For every command. */
  readonly env: Readonly<Record<string, string>>;
}

function testEngine({ reason, host, address, docker, image, env }: EngineParts): TestEngine {
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

  return {
    host,
    address,
    docker,
    image,
    async project(files, options = {}) {
      for (const name of options.images ?? (['busybox'] as const)) await image(name);
      const buildFailure = inject('buildFailure');
      const variables = { ...env, ...options.env };
      const project = new TestProject({ host, address, docker, buildFailure }, files, variables);
      (inTest ?? inSuite).push(project);
      return project;
    },
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
