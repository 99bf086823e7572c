import { describe, expect, it } from 'vitest';
import type { DockerHelper } from '../support/docker.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { createRandom } from '../support/random.ts';
import { succeed } from './succeed.ts';

/** A command is killed at so many random moments; projects beside each other share them, to save time. */
const moments = 20;
const projects = 5;

// Seconds each on a quiet machine; the limit is for one that is busy with other tests.
describe('the CLI killed with SIGKILL at any moment', { timeout: 240_000 }, () => {
  const engine = useEngine();
  const random = createRandom(20);

  const eachMoment = async (
    prepare: (project: TestProject) => Promise<number>,
    kill: (project: TestProject, moment: number, afterMs: number) => Promise<void>,
  ) => {
    const lane = async (first: number) => {
      const project = await engine.project(stack('first'));
      const usual = await prepare(project);
      for (let moment = first; moment < moments; moment += projects) {
        await kill(project, moment, random.below(usual));
      }
    };
    await Promise.all(Array.from({ length: projects }, (_, first) => lane(first)));
  };

  it('during up, is made good by the next up', async () => {
    await eachMoment(
      async (project) => {
        const usual = await duration(project, ['up', '-d']);
        await engine.docker.removeProject(project.name);
        return usual;
      },
      async (project, _moment, afterMs) => {
        await killed(project, ['up', '-d'], afterMs);
        await succeed(project.flotilla(['up', '-d']));
        await expectWhole(project, engine.docker, 'first');
        await engine.docker.removeProject(project.name);
      },
    );
  });

  it('during a replacement of everything, loses no data and is made good by the next up', async () => {
    await eachMoment(
      async (project) => {
        await succeed(project.flotilla(['up', '-d']));
        await remember(project, 'precious');
        project.write('compose.yaml', composeFile('second'));
        return duration(project, ['up', '-d']);
      },
      async (project, moment, afterMs) => {
        project.write('compose.yaml', composeFile(`v${moment}`));
        await killed(project, ['up', '-d'], afterMs);
        await succeed(project.flotilla(['up', '-d']));
        await expectWhole(project, engine.docker, `v${moment}`);
        expect(await recall(project)).toBe('precious precious');
      },
    );
  });

  it('during down, is made good by the next down', async () => {
    await eachMoment(
      async (project) => {
        await succeed(project.flotilla(['up', '-d']));
        return duration(project, ['down', '-v']);
      },
      async (project, _moment, afterMs) => {
        await succeed(project.flotilla(['up', '-d']));
        await killed(project, ['down', '-v'], afterMs);
        await succeed(project.flotilla(['down', '-v']));
        expect(await project.leftovers()).toEqual([]);
      },
    );
  });

  it('during a replacement, is made good by docker compose too', async () => {
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

describe('what is removed behind our back', () => {
  const engine = useEngine();

  const cases: readonly (readonly [
    string,
    (docker: DockerHelper, project: TestProject) => Promise<unknown>,
  ])[] = [
    ['a container', (docker, { name }) => docker.call('DELETE', `/containers/${name}-api-1?force=1`)],
    [
      'a network, with its containers stopped',
      async (docker, { name }) => {
        for (const service of ['api-1', 'db-1']) {
          await docker.call('POST', `/containers/${name}-${service}/stop?t=0`);
          await docker.call('POST', `/networks/${name}_default/disconnect`, {
            Container: `${name}-${service}`,
            Force: true,
          });
        }
        await docker.call('DELETE', `/networks/${name}_default`);
      },
    ],
    [
      'a volume, with its container',
      async (docker, { name }) => {
        await docker.call('DELETE', `/containers/${name}-db-1?force=1`);
        await docker.call('DELETE', `/volumes/${name}_data`);
      },
    ],
  ];

  it.each(cases)('comes back with the next up: %s', async (_what, remove) => {
    const project = await engine.project(stack('first'));
    await succeed(project.flotilla(['up', '-d']));
    await remove(engine.docker, project);
    await succeed(project.flotilla(['up', '-d']));
    const states = (await project.containers()).map(({ service, state }) => `${service} ${state}`);
    expect(states).toEqual(['api running', 'db running']);
    await succeed(project.flotilla(['exec', '-T', 'api', 'ping', '-c', '1', '-W', '5', 'db']));
    await succeed(project.flotilla(['down', '-v']));
    expect(await project.leftovers()).toEqual([]);
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
  db: {${base}, volumes: ['data:/data', /anonymous], healthcheck: {test: "true", interval: 100ms}}
  api: {${base}, depends_on: {db: {condition: service_healthy, restart: true}}}
volumes:
  data:
`;
}

async function duration(project: TestProject, args: readonly string[]): Promise<number> {
  return (await succeed(project.flotilla(args))).durationMs;
}

async function killed(project: TestProject, args: readonly string[], afterMs: number): Promise<void> {
  const command = project.startFlotilla(args);
  const timer = setTimeout(() => command.signal('SIGKILL'), afterMs);
  await command.done;
  clearTimeout(timer);
}

async function expectWhole(project: TestProject, docker: DockerHelper, version: string): Promise<void> {
  const containers = await project.containers();
  const seen = await Promise.all(
    containers.map(async ({ id, name, state }) => {
      const raw = (await docker.inspect(id))?.raw as
        | { readonly Config: { readonly Env: string[] } }
        | undefined;
      const variable = raw?.Config.Env.find((entry) => entry.startsWith('VERSION='));
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
