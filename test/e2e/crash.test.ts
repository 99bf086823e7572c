import { describe, expect, it } from 'vitest';
import type { DockerHelper } from '../support/docker.ts';
import { healthySoon, images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { engineProxy } from '../support/engine-proxy.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

/** Else before one write and after the next, in turns; CONTRIBUTING.md names it. */
const everyMoment = process.env['FLOTILLA_EVERY_STEP'] !== undefined;
/** Projects beside each other share the moments, to save time. */
const lanes = 4;

onlyOnDocker('moments that are requests to its API; native/kills.test.ts has its own', () => {
  // Seconds each on a quiet machine; the limit is for one that is busy with other tests.
  describe('the CLI killed with SIGKILL before or after any request that changes something', {
    timeout: 400_000,
  }, () => {
    const engine = useEngine();

    const eachMoment = async (
      prepare: (project: TestProject) => Promise<number>,
      meet: (
        project: TestProject,
        kill: (args: readonly string[]) => Promise<void>,
        moment: number,
      ) => Promise<void>,
    ) => {
      const lane = async (first: number) => {
        const project = await engine.project(stack('first'));
        const writes = await prepare(project);
        expect(writes).toBeGreaterThan(5);
        const moments = Array.from({ length: 2 * writes }, (_, moment) => moment).filter(
          (moment) => everyMoment || moment % 4 === 0 || moment % 4 === 3,
        );
        for (let index = first; index < moments.length; index += lanes) {
          const moment = moments[index] ?? 0;
          await meet(project, (args) => killed(project, engine.host, args, moment), moment);
        }
      };
      await Promise.all(Array.from({ length: lanes }, (_, first) => lane(first)));
    };
    const writesOf = async (project: TestProject, args: readonly string[]) => {
      await using proxy = await engineProxy(engine.host);
      await succeed(project.flotilla(args, { env: { DOCKER_HOST: proxy.host } }));
      return proxy.writes().length;
    };

    it('of up, is made good by the next up', async () => {
      await eachMoment(
        async (project) => {
          const writes = await writesOf(project, ['up', '-d']);
          await engine.docker.removeProject(project.name);
          return writes;
        },
        async (project, kill) => {
          await kill(['up', '-d']);
          await succeed(project.flotilla(['up', '-d']));
          await expectWhole(project, engine.docker, 'first');
          await engine.docker.removeProject(project.name);
        },
      );
    });

    it('of a replacement of everything, loses no data and is made good by the next up', async () => {
      await eachMoment(
        async (project) => {
          await succeed(project.flotilla(['up', '-d']));
          await remember(project, 'precious');
          project.write('compose.yaml', composeFile('second'));
          return writesOf(project, ['up', '-d']);
        },
        async (project, kill, moment) => {
          project.write('compose.yaml', composeFile(`v${moment}`));
          await kill(['up', '-d']);
          await succeed(project.flotilla(['up', '-d']));
          await expectWhole(project, engine.docker, `v${moment}`);
          expect(await recall(project)).toBe('precious precious');
        },
      );
    });

    it('of down, is made good by the next down', async () => {
      await eachMoment(
        async (project) => {
          await succeed(project.flotilla(['up', '-d']));
          return writesOf(project, ['down', '-v']);
        },
        async (project, kill) => {
          await succeed(project.flotilla(['up', '-d']));
          await kill(['down', '-v']);
          await succeed(project.flotilla(['down', '-v']));
          expect(await project.leftovers()).toEqual([]);
        },
      );
    });

    it('of a replacement, is made good by docker compose too', async () => {
      const project = await engine.project(stack('first'));
      await succeed(project.flotilla(['up', '-d']));
      project.write('compose.yaml', composeFile('second'));
      const command = project.startFlotilla(['up', '-d', '--progress', 'plain']);
      await command.output(/Container \S+ +Recreate/);
      command.signal('SIGKILL');
      await command.done;
      await succeed(project.compose(['up', '-d']));
      await succeed(project.flotilla(['up', '-d']));
      await expectWhole(project, engine.docker, 'second');
      await succeed(project.compose(['down', '-v']));
      expect(await project.leftovers()).toEqual([]);
    });
  });
});

/** Two services with a named and an anonymous volume; each `version` replaces every container. */
function stack(version: string): Readonly<Record<string, string>> {
  return { 'compose.yaml': composeFile(version) };
}

function composeFile(version: string): string {
  const base = `image: ${images.busybox}, init: true, command: sleep 1000, environment: {VERSION: ${version}}`;
  return `
services:
  db: {${base}, volumes: ['data:/data', /anonymous], ${healthySoon}}
  api: {${base}, depends_on: {db: {condition: service_healthy, restart: true}}}
volumes:
  data:
`;
}

/** Moment 2n is before the engine has the write with number n, 2n + 1 when it has carried it out. */
async function killed(
  project: TestProject,
  host: string,
  args: readonly string[],
  moment: number,
): Promise<void> {
  await using proxy = await engineProxy(host);
  const command = project.startFlotilla(args, { env: { DOCKER_HOST: proxy.host } });
  const held = proxy.holdWrite(Math.floor(moment / 2), moment % 2 === 0 ? 'before' : 'after', async () => {
    command.signal('SIGKILL');
    await command.done;
    await proxy.die();
  });
  await held;
}

async function expectWhole(project: TestProject, docker: DockerHelper, version: string): Promise<void> {
  const containers = await project.containers();
  const seen = await Promise.all(
    containers.map(async ({ id, name, state }) => {
      const { environment = [] } = (await docker.inspect(id)) ?? {};
      const variable = environment.find((entry) => entry.startsWith('VERSION='));
      return `${name.slice(project.name.length)} ${state} ${variable}`;
    }),
  );
  expect(seen).toEqual(['-api-1', '-db-1'].map((name) => `${name} running VERSION=${version}`));
}

async function remember(project: TestProject, word: string): Promise<void> {
  const script = `echo ${word} | tee /data/word > /anonymous/word`;
  await succeed(project.flotilla(['exec', '-T', 'db', 'sh', '-c', script]));
}

async function recall(project: TestProject): Promise<string> {
  const { stdout } = await succeed(
    project.flotilla(['exec', '-T', 'db', 'cat', '/data/word', '/anonymous/word']),
  );
  return stdout.trim().replace('\n', ' ');
}
