import { afterAll, afterEach, beforeEach, inject } from 'vitest';
import { ensureImage, type ImageName, imageReference } from '../../scripts/lib/images/ensure.mjs';
import { type DockerHelper, dockerHelper } from './docker.ts';
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
  const provided = inject('engine');
  let inTest: TestProject[] | undefined;
  const inSuite: TestProject[] = [];

  beforeEach((context) => {
    if (provided.state === 'missing') context.skip(provided.reason);
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

  const { host, address } = provided.state === 'running' ? provided : { host: '', address: '' };
  const docker = dockerHelper(host);
  const image = (name: ImageName) => ensureImage(host, name, (line) => process.stderr.write(`  ${line}\n`));
  return {
    host,
    address,
    docker,
    image,
    async project(files, options = {}) {
      for (const name of options.images ?? (['busybox'] as const)) await image(name);
      const buildFailure = inject('buildFailure');
      const project = new TestProject({ host, address, docker, buildFailure }, files, options.env);
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
