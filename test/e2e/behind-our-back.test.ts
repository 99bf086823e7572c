import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureImage } from '../../scripts/lib/images/ensure.mjs';
import { down, up } from '../../src/index.ts';
import type { LoadedProject } from '../../src/scheduler/index.ts';
import { type DockerHelper, dockerHelper } from '../support/docker.ts';
import { images, useEngine } from '../support/engine.ts';
import { engineProxy } from '../support/engine-proxy.ts';
import { openSession, projectFromText } from '../support/in-process.ts';

/** Else every step meets one of the removals, and one step in five a restart; CONTRIBUTING.md names it. */
const everyStep = process.env['FLOTILLA_EVERY_STEP'] !== undefined;

const file = (version: string) => {
  const base = `image: ${images.busybox}, init: true, command: sleep 1000, environment: {VERSION: ${version}}`;
  return `
services:
  db: {${base}, volumes: ['data:/data', /anonymous], healthcheck: {test: "true", interval: 100ms}}
  api: {${base}, depends_on: {db: {condition: service_healthy, restart: true}}}
volumes: {data: {}}
`;
};

const commands = ['up', 'replacement', 'down'] as const;
type CommandName = (typeof commands)[number];

/** One project on one engine, and what is asked of it in this process. */
class Story {
  readonly name: string;
  readonly #host: string;
  readonly #docker: DockerHelper;

  constructor(name: string, host: string) {
    this.name = name;
    this.#host = host;
    this.#docker = dockerHelper(host);
  }

  /** What there is before the command; the named volume holds a word. */
  async begin(command: CommandName): Promise<void> {
    await this.#docker.removeProject(this.name);
    const before = await this.#project('first');
    await this.#up(before, this.#host);
    await using session = await openSession(this.#host);
    const [db] = await this.#of('db');
    const word = { path: '/data/word', content: 'precious', mode: 0o644, uid: 0, gid: 0 };
    await session.driver.putFiles(db as never, [word]);
    // The volume stays.
    if (command === 'up') await this.#down(this.#host);
  }

  async run(command: CommandName, host: string): Promise<void> {
    if (command === 'down') return this.#down(host);
    return this.#up(await this.#project(command === 'up' ? 'first' : 'second'), host);
  }

  /** The next `up` ends well, and leaves nothing to do. */
  async expectMended(command: CommandName, volume: 'kept' | 'lost'): Promise<void> {
    const version = command === 'up' ? 'first' : 'second';
    await this.#up(await this.#project(version), this.#host);
    const containers = await this.#docker.containers(this.name);
    expect(containers.map(({ service, state }) => `${service} ${state}`)).toEqual([
      'api running',
      'db running',
    ]);
    for (const { id } of containers) {
      const raw = (await this.#docker.inspect(id))?.raw as { readonly Config: { readonly Env: string[] } };
      expect(raw.Config.Env).toContain(`VERSION=${version}`);
    }
    if (volume === 'kept') expect(await this.#word()).toContain('precious');
    await using session = await openSession(this.#host);
    const { plan } = await up(session, await this.#project(version));
    expect(plan.steps).toEqual([]);
  }

  /** Takes all containers, or the network with its containers disconnected, or the volume with its containers. */
  async remove(what: 'container' | 'network' | 'volume'): Promise<void> {
    const all = await this.#docker.containers(this.name);
    const remove = (path: string) => this.#docker.call('DELETE', path).catch(() => {});
    if (what === 'network') {
      const network = `${this.name}_default`;
      for (const { id } of all) {
        const body = { Container: id, Force: true };
        await this.#docker.call('POST', `/networks/${network}/disconnect`, body).catch(() => {});
      }
      await remove(`/networks/${network}`);
      return;
    }
    for (const { id, service } of all) {
      if (what === 'container' || service === 'db') await remove(`/containers/${id}?force=1`);
    }
    if (what === 'volume') await remove(`/volumes/${this.name}_data`);
  }

  async end(): Promise<void> {
    await this.#docker.removeProject(this.name);
  }

  #project(version: string): Promise<LoadedProject> {
    return projectFromText(this.name, file(version));
  }

  async #up(project: LoadedProject, host: string): Promise<void> {
    await using session = await openSession(host);
    const { result } = await up(session, project);
    if (result.firstError !== undefined) throw result.firstError;
    expect(result.outcome).toBe('done');
  }

  async #down(host: string): Promise<void> {
    await using session = await openSession(host);
    const { result } = await down(session, { project: (await this.#project('first')).project });
    if (result.firstError !== undefined) throw result.firstError;
  }

  async #of(service: string): Promise<readonly string[]> {
    const all = await this.#docker.containers(this.name);
    return all.filter((container) => container.service === service).map(({ id }) => id);
  }

  async #word(): Promise<string> {
    await using session = await openSession(this.#host);
    const [db] = await this.#of('db');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await session.driver.getArchive(db as never, '/data/word')) chunks.push(chunk);
    return Buffer.concat(chunks).toString('latin1');
  }
}

async function writesOf(story: Story, command: CommandName, host: string): Promise<number> {
  await using proxy = await engineProxy(host);
  await story.begin(command);
  await story.run(command, proxy.host);
  expect(proxy.writes().length).toBeGreaterThan(4);
  return proxy.writes().length;
}

describe('what is removed behind our back before any step', { timeout: 400_000 }, () => {
  const engine = useEngine();

  it.each(commands)('of %s comes back with the next up, and no other data is lost', async (command) => {
    await engine.image('busybox');
    const lane = async (what: 'container' | 'network' | 'volume', first: number) => {
      const story = new Story(`back-${command}-${what}`, engine.host);
      try {
        const writes = await writesOf(story, command, engine.host);
        for (let number = everyStep ? 0 : first; number < writes; number += everyStep ? 1 : 3) {
          await story.begin(command);
          await using proxy = await engineProxy(engine.host);
          const removed = proxy.holdWrite(number, 'before', () => story.remove(what));
          // It may be told of the loss, or not notice it at all.
          await Promise.all([removed, story.run(command, proxy.host).catch(() => {})]);
          await story.expectMended(command, what === 'volume' ? 'lost' : 'kept');
        }
      } finally {
        await story.end();
      }
    };
    await Promise.all((['container', 'network', 'volume'] as const).map(lane));
  });
});

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
    const story = new Story(`restarted-${command}`, own.host);
    const writes = await writesOf(story, command, own.host);
    for (let number = 0; number < writes; number += everyStep ? 1 : 5) {
      await story.begin(command);
      await using proxy = await engineProxy(own.host);
      const restarted = proxy.holdWrite(number, 'before', async () => {
        await own.restart();
        await proxy.die();
      });
      await Promise.all([restarted, story.run(command, proxy.host).catch(() => {})]);
      await story.expectMended(command, 'kept');
    }
  });
});
