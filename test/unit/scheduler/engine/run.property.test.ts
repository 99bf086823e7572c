import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { type RunNode, runGraph } from '../../../../src/scheduler/engine/index.ts';
import { createRandom, type Random } from '../../../support/random.ts';

/** Runs one random graph to its end while checking every promise that can be checked on the way. */
async function check(seed: number): Promise<void> {
  const random = createRandom(seed);
  const nodes = randomNodes(random);
  const lanes: Record<string, number> = { pull: 1 + random.below(3), engine: 1 + random.below(5) };
  const drain = new AbortController();
  const abort = new AbortController();
  const stop = random.pick([undefined, drain, abort]);
  let ticksToStop = random.below(nodes.length * 2);
  const started = new Set<string>();
  const broken: unknown[] = [];
  const settled = new Map<string, string>();
  const busy = new Map<string | undefined, number>();

  const outcomes = await runGraph<RunNode, string>({
    nodes,
    lanes,
    drain: drain.signal,
    abort: abort.signal,
    failFast: random.chance(0.3),
    retry: { attempts: 2, delayMs: () => 0, sleep: async () => tick() },
    execute: async (node, signal) => {
      for (let turns = random.below(4); turns >= 0; turns -= 1) {
        await tick();
        if (ticksToStop-- === 0) stop?.abort();
        signal.throwIfAborted();
      }
      if (random.chance(0.1)) throw Object.assign(new Error('broke'), { retryable: random.chance(0.5) });
      return node.id;
    },
    observer: {
      started: (node) => {
        expect(started.has(node.id)).toBe(false);
        expect(drain.signal.aborted || abort.signal.aborted).toBe(false);
        for (const need of node.needs) expect(['done', 'tolerated']).toContain(settled.get(need));
        started.add(node.id);
        busy.set(node.lane, (busy.get(node.lane) ?? 0) + 1);
        const limit = node.lane === undefined ? Number.POSITIVE_INFINITY : lanes[node.lane];
        expect(busy.get(node.lane)).toBeLessThanOrEqual(limit ?? 0);
      },
      settled: (node, outcome) => {
        expect(settled.has(node.id)).toBe(false);
        settled.set(node.id, outcome.kind);
        if (outcome.kind === 'skipped') {
          expect(started.has(node.id)).toBe(false);
          expect(settled.get(outcome.because)).toBe('failed');
        }
        if (started.has(node.id)) busy.set(node.lane, (busy.get(node.lane) ?? 0) - 1);
        else expect(['skipped', 'cancelled']).toContain(outcome.kind);
      },
    },
    onObserverError: (error) => broken.push(error),
  });
  expect(broken).toEqual([]);

  expect([...outcomes.keys()]).toEqual(nodes.map((node) => node.id));
  expect([...outcomes].map(([id, outcome]) => [id, outcome.kind])).toEqual(
    nodes.map((node) => [node.id, settled.get(node.id)]),
  );
  expect(getEventListeners(drain.signal, 'abort')).toHaveLength(0);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
}

test('300 random runs, stopped at random moments, keep every promise of the runner', async () => {
  for (let seed = 1; seed <= 300; seed += 1) await check(seed);
});

test.for([
  ['chain', (at: number) => (at === 0 ? [] : [`n${at - 1}`])],
  ['star', (at: number) => (at === 0 ? [] : ['n0'])],
] as const)('a %s of 10,000 nodes takes a time that grows with its size only', async ([, needs]) => {
  const small = await timeOf(1_000, needs);
  const large = await timeOf(10_000, needs);
  expect(large).toBeLessThan(Math.max(small, 5) * 60);
});

/** Of the processor, in milliseconds: others may be at work. */
async function timeOf(size: number, needs: (at: number) => readonly string[]): Promise<number> {
  const nodes = Array.from({ length: size }, (_, at) => ({
    id: `n${at}`,
    needs: needs(at),
    lane: 'engine',
    onFailure: 'stop' as const,
  }));
  const { signal } = new AbortController();
  const before = process.cpuUsage();
  const outcomes = await runGraph({
    nodes,
    lanes: { engine: 8 },
    drain: signal,
    abort: signal,
    execute: async (node) => node.id,
  });
  expect([...outcomes.values()].every((outcome) => outcome.kind === 'done')).toBe(true);
  return process.cpuUsage(before).user / 1000;
}

function randomNodes(random: Random): readonly RunNode[] {
  const ids = Array.from({ length: 1 + random.below(30) }, (_, at) => `n${at}`);
  const nodes = ids.map((id, at): RunNode => {
    const lane = random.pick([undefined, 'pull', 'engine']);
    return {
      id,
      needs: ids.slice(0, at).filter(() => random.chance(0.12)),
      onFailure: random.chance(0.2) ? 'tolerate' : 'stop',
      ...(lane === undefined ? {} : { lane }),
    };
  });
  return random.shuffle(nodes);
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
