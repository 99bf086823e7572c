import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../scripts/lib/images/ensure.mjs';
import { down, type Session, up } from '../../src/index.ts';
import type { LoadedProject } from '../../src/scheduler/index.ts';
import { type DockerHelper, dockerHelper } from '../support/docker.ts';
import { healthySoon, images, onlyOnDocker, type TestEngine, useEngine } from '../support/engine.ts';
import { engineProxy } from '../support/engine-proxy.ts';
import { openSession, projectFromText } from '../support/in-process.ts';
import { interposedProxy } from '../support/interposed.ts';

/** Else every step meets one of the removals, and one step in five a restart; CONTRIBUTING.md names it. */
const everyStep = process.env['FLOTILLA_EVERY_STEP'] !== undefined;

const file = (version: string) => {
  const base = `image: ${images.busybox}, init: true, command: sleep 1000, environment: {VERSION: ${version}}`;
  return `
services:
  db: {${base}, volumes: ['data:/data', /anonymous], ${healthySoon}}
  api: {${base}, depends_on: {db: {condition: service_healthy, restart: true}}}
volumes: {data: {}}
`;
};

const commands = ['up', 'replacement', 'down'] as const;
type CommandName = (typeof commands)[number];

type StoryEngine = Pick<TestEngine, 'docker' | 'interpose'>;

/** One project on one engine, and what is asked of it in this process. */
class Story {
  readonly name: string;
  readonly #engine: StoryEngine;
  readonly #docker: DockerHelper;

  constructor(name: string, engine: StoryEngine) {
    this.name = name;
    this.#engine = engine;
    this.#docker = engine.docker;
  }

  /** What there is before the command; the named volume holds a word. */
  async begin(command: CommandName): Promise<void> {
    await this.#docker.removeProject(this.name);
    const before = await this.#project('first');
    await using calm = await this.#engine.interpose();
    await this.#up(before, calm.session);
    const [db] = await this.#of('db');
    const word = { path: '/data/word', content: 'precious', mode: 0o644, uid: 0, gid: 0 };
    await calm.session.driver.putFiles(db as never, [word]);
    // The volume stays.
    if (command === 'up') await this.#down(calm.session);
  }

  async run(command: CommandName, session: Session): Promise<void> {
    if (command === 'down') return this.#down(session);
    return this.#up(await this.#project(command === 'up' ? 'first' : 'second'), session);
  }

  /** The next `up` ends well, and leaves nothing to do. */
  async expectMended(command: CommandName, volume: 'kept' | 'lost'): Promise<void> {
    const version = command === 'up' ? 'first' : 'second';
    await using calm = await this.#engine.interpose();
    await this.#up(await this.#project(version), calm.session);
    const states = async (): Promise<readonly string[]> =>
      (await this.#docker.containers(this.name)).map(({ service, state }) => `${service} ${state}`);
    // The command that was disturbed may have ended before the engine was done with what it was told to remove.
    await expect.poll(states, { timeout: 10_000 }).toEqual(['api running', 'db running']);
    for (const { id } of await this.#docker.containers(this.name)) {
      expect((await this.#docker.inspect(id))?.environment).toContain(`VERSION=${version}`);
    }
    if (volume === 'kept') expect(await this.#word(calm.session)).toContain('precious');
    const { plan } = await up(calm.session, await this.#project(version));
    expect(plan.steps).toEqual([]);
  }

  /** Takes all containers, or the network with its containers disconnected, or the volume with its containers. */
  async remove(what: 'container' | 'network' | 'volume'): Promise<void> {
    const all = await this.#docker.containers(this.name);
    if (what === 'network') {
      const network = `${this.name}_default`;
      for (const { id } of all) await this.#docker.disconnect(network, id);
      await this.#docker.remove('network', network);
      return;
    }
    for (const { id, service } of all) {
      if (what === 'container' || service === 'db') await this.#docker.remove('container', id);
    }
    if (what === 'volume') await this.#docker.remove('volume', `${this.name}_data`);
  }

  async end(): Promise<void> {
    await this.#docker.removeProject(this.name);
  }

  #project(version: string): Promise<LoadedProject> {
    return projectFromText(this.name, file(version));
  }

  async #up(project: LoadedProject, session: Session): Promise<void> {
    const { result } = await up(session, project);
    if (result.firstError !== undefined) throw result.firstError;
    expect(result.outcome).toBe('done');
  }

  async #down(session: Session): Promise<void> {
    const { result } = await down(session, { project: (await this.#project('first')).project });
    if (result.firstError !== undefined) throw result.firstError;
  }

  async #of(service: string): Promise<readonly string[]> {
    const all = await this.#docker.containers(this.name);
    return all.filter((container) => container.service === service).map(({ id }) => id);
  }

  async #word(session: Session): Promise<string> {
    const [db] = await this.#of('db');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await session.driver.getArchive(db as never, '/data/word')) chunks.push(chunk);
    return Buffer.concat(chunks).toString('latin1');
  }
}

async function writesOf(story: Story, command: CommandName, engine: StoryEngine): Promise<number> {
  await story.begin(command);
  await using between = await engine.interpose();
  await story.run(command, between.session);
  expect(between.writes().length).toBeGreaterThan(4);
  return between.writes().length;
}

describe('what is removed behind our back before any step', { timeout: 400_000 }, () => {
  const engine = useEngine();

  it.each(commands)('of %s comes back with the next up, and no other data is lost', async (command) => {
    await engine.image('busybox');
    const lane = async (what: 'container' | 'network' | 'volume', first: number) => {
      const story = new Story(`back-${command}-${what}`, engine);
      try {
        const writes = await writesOf(story, command, engine);
        for (let number = everyStep ? 0 : first; number < writes; number += everyStep ? 1 : 3) {
          await story.begin(command);
          await using between = await engine.interpose();
          const removed = between.holdWrite(number, () => story.remove(what));
          // It may be told of the loss, or not notice it at all.
          await Promise.all([removed, story.run(command, between.session).catch(() => {})]);
          await story.expectMended(command, what === 'volume' ? 'lost' : 'kept');
        }
      } finally {
        await story.end();
      }
    };
    await Promise.all((['container', 'network', 'volume'] as const).map(lane));
  });
});

onlyOnDocker('it restarts the daemon; native/kills.test.ts kills what the native engine runs on', () => {
  describe('an engine that is restarted before any step', { timeout: 600_000 }, () => {
    let engine: Engine | undefined;

    beforeAll(async () => {
      if (process.getuid?.() === 0) {
        engine = await startEngine({ network: 'private', life: 'tied', say: () => {} });
        await ensureImage(engine.host, 'busybox', () => {});
      }
    });
    afterAll(() => engine?.stop());

    it.each(commands)('of %s: the next up goes on, and no named volume is lost', async (command) => {
      const own = engine;
      if (own === undefined) return;
      const restarted = {
        docker: dockerHelper(own.host),
        interpose: () => interposedProxy(own.host),
      };
      const story = new Story(`restarted-${command}`, restarted);
      const writes = await writesOf(story, command, restarted);
      for (let number = 0; number < writes; number += everyStep ? 1 : 5) {
        await story.begin(command);
        await using proxy = await engineProxy(own.host);
        await using session = await openSession(proxy.host);
        const restart = proxy.holdWrite(number, 'before', async () => {
          await own.restart();
          await proxy.die();
        });
        await Promise.all([restart, story.run(command, session).catch(() => {})]);
        await story.expectMended(command, 'kept');
      }
    });
  });
});
