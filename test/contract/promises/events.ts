import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../src/runtime/index.ts';
import type { Contract } from '../driver-contract.ts';
import { programs } from '../programs.ts';

export function describeEvents({ lab }: Contract): void {
  describe('events', () => {
    test('tell the whole life of a container, in order', async () => {
      const { driver, project, create, name, details } = lab();
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      const id = await create(programs.stubborn);
      const { name: first } = await details(id);
      await driver.startContainer(id);
      await driver.stopContainer(id, { timeoutSeconds: 0 });
      const second = name('renamed');
      await driver.renameContainer(id, second);
      await driver.removeContainer(id, { force: false, volumes: false });
      const seen = await takeUntil(events, ({ action }) => action === 'destroy');
      stop.abort();
      const actions = seen.map(({ action }) => action).filter((action) => action !== 'kill');
      // Engines differ in which of the two comes first.
      const ended = actions[2] === 'stop' ? ['stop', 'die'] : ['die', 'stop'];
      expect(actions).toEqual(['create', 'start', ...ended, 'rename', 'destroy']);
      expect(seen.every(({ container }) => container === id)).toBe(true);
      expect(seen[0]).toMatchObject({ name: first, labels: { 'com.docker.compose.project': project } });
      expect(seen.at(-1)?.name).toBe(second);
      expect(seen.find(({ action }) => action === 'die')?.exitCode).toBe(137);
      const times = seen.map(({ time }) => time);
      for (const time of times) expect(time).toMatch(/^\d{19}$/);
      expect([...times].sort()).toEqual(times);
    });

    test('a restart by policy is an end and a start', async () => {
      const { driver, project, create } = lab();
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      const id = await create(programs.flaky, { args: ['2'], restart: { name: 'on-failure' } });
      await driver.startContainer(id);
      const seen = await takeUntil(events, ({ exitCode }) => exitCode === 0);
      stop.abort();
      expect(
        seen.map(({ action, exitCode }) => (exitCode === undefined ? action : `${action} ${exitCode}`)),
      ).toEqual(['create', 'start', 'die 1', 'start', 'die 0']);
    });

    test('nothing that happens after the subscription is missed, however soon', async () => {
      const { driver, project, create } = lab();
      for (let round = 0; round < 5; round += 1) {
        const stop = new AbortController();
        const events = await driver.events({ project }, stop.signal);
        const id = await create(programs.idle);
        const seen = await takeUntil(events, ({ container }) => container === id);
        stop.abort();
        expect(seen.at(-1)?.action).toBe('create');
      }
    });

    test('are of the project that was asked for', async () => {
      const { driver, project, create, spec } = lab();
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      const foreign = spec(programs.idle, { labels: { made: 'by somebody else' } });
      const other = await driver.createContainer(foreign, {});
      await driver.removeContainer(other, { force: true, volumes: true });
      const id = await create(programs.idle);
      const [event] = await takeUntil(events, () => true);
      stop.abort();
      expect(event?.container).toBe(id);
    });

    test('are told again, and end at a time that is over', async () => {
      const { driver, project, create } = lab();
      const stop = new AbortController();
      await create(programs.idle);
      // All in an instant: Docker remembers 256 events, and other tests use the engine.
      const live = await driver.events({ project }, stop.signal);
      const id = await create(programs.idle);
      await driver.removeContainer(id, { force: true, volumes: true });
      const seen = await takeUntil(live, ({ action }) => action === 'destroy');
      stop.abort();
      const [since, until] = [seen[0], seen.at(-1)].map((event) => unixSeconds(event?.time ?? ''));
      const again = await driver.events({ project, since: since ?? '', until: until ?? '' });
      expect(await takeUntil(again, () => false)).toEqual(seen);
      expect(seen[0]?.details['image']).toBe(lab().image);
    });

    test('tell how a run ended', async () => {
      const { driver, project, create } = lab();
      const stop = new AbortController();
      const live = await driver.events({ project }, stop.signal);
      const id = await create(programs.stubborn);
      await driver.startContainer(id);
      await driver.stopContainer(id, { timeoutSeconds: 0 });
      const seen = await takeUntil(live, ({ action }) => action === 'die');
      stop.abort();
      expect(seen.find(({ action }) => action === 'die')).toMatchObject({
        words: 'die',
        details: { exitCode: '137' },
      });
    });

    test('end by themselves at a time that comes', async () => {
      const { driver, project } = lab();
      expect(await takeUntil(await driver.events({ project, until: '-200ms' }), () => false)).toEqual([]);
    });

    test('end without an error when the subscription is aborted', async () => {
      const { driver, project } = lab();
      const stop = new AbortController();
      const events = await driver.events({ project }, stop.signal);
      const reading = takeUntil(events, () => false);
      stop.abort();
      expect(await reading).toEqual([]);
    });
  });
}

function unixSeconds(nanoseconds: string): string {
  return `${nanoseconds.slice(0, -9)}.${nanoseconds.slice(-9)}`;
}

async function takeUntil(
  events: AsyncIterable<EngineEvent>,
  isLast: (event: EngineEvent) => boolean,
): Promise<readonly EngineEvent[]> {
  const seen: EngineEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (isLast(event)) break;
  }
  return seen;
}
