import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  type Outcome,
  type RunNode,
  type RunOptions,
  runGraph,
} from '../../../../src/scheduler/engine/index.ts';

function node(id: string, needs: readonly string[] = [], more: Partial<RunNode> = {}): RunNode {
  return { id, needs, onFailure: 'stop', ...more };
}

interface Harness {
  readonly finished: Promise<ReadonlyMap<string, Outcome<string>>>;
  readonly log: readonly string[];
  readonly drain: AbortController;
  readonly abort: AbortController;
  done(id: string): Promise<void>;
  fail(id: string, error?: unknown): Promise<void>;
}

/** Runs a graph whose nodes end when the test says so. */
function start(nodes: readonly RunNode[], more: Partial<RunOptions<RunNode, string>> = {}): Harness {
  const log: string[] = [];
  const drain = new AbortController();
  const abort = new AbortController();
  const running = new Map<string, { resolve(value: string): void; reject(error: unknown): void }>();
  const settle = async (act: () => void): Promise<void> => {
    act();
    await flush();
  };
  const finished = runGraph<RunNode, string>({
    nodes,
    lanes: { engine: 2 },
    drain: drain.signal,
    abort: abort.signal,
    execute: ({ id }, signal) =>
      new Promise((resolve, reject) => {
        running.set(id, { resolve, reject });
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    observer: {
      started: ({ id }) => log.push(`start ${id}`),
      retrying: ({ id }, _error, attempt, delayMs) => log.push(`retry ${id} ${attempt} ${delayMs}ms`),
      settled: ({ id }, outcome) => log.push(`${outcome.kind} ${id}`),
    },
    ...more,
  });
  return {
    finished,
    log,
    drain,
    abort,
    done: (id) => settle(() => running.get(id)?.resolve(id)),
    fail: (id, error = new Error(`${id} broke`)) => settle(() => running.get(id)?.reject(error)),
  };
}

function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('running a graph', () => {
  test('starts each node when its own needs are done, without barriers', async () => {
    const run = start([node('db'), node('cache'), node('api', ['db']), node('web', ['api', 'cache'])]);
    await run.done('db');
    await run.done('api');
    await run.done('cache');
    await run.done('web');
    expect([...(await run.finished)]).toEqual([
      ['db', { kind: 'done', value: 'db' }],
      ['cache', { kind: 'done', value: 'cache' }],
      ['api', { kind: 'done', value: 'api' }],
      ['web', { kind: 'done', value: 'web' }],
    ]);
    expect(run.log).toEqual([
      'start db',
      'start cache',
      'done db',
      'start api',
      'done api',
      'done cache',
      'start web',
      'done web',
    ]);
  });

  test('ends at once when there is nothing to run', async () => {
    expect((await start([]).finished).size).toBe(0);
  });

  test('a lane runs no more than its limit, in the order in which nodes became ready', async () => {
    const inLane = { lane: 'engine' };
    const run = start([
      node('a', [], inLane),
      node('b', [], inLane),
      node('c', [], inLane),
      node('wait'),
      node('d', ['wait'], inLane),
    ]);
    await run.done('wait');
    expect(run.log).toEqual(['start a', 'start b', 'start wait', 'done wait']);
    await run.fail('a');
    expect(run.log.slice(4)).toEqual(['failed a', 'start c']);
    await run.done('b');
    expect(run.log.slice(6)).toEqual(['done b', 'start d']);
    await run.done('c');
    await run.done('d');
    await run.finished;
  });

  test('a failure skips what needs it, however far away, and nothing else', async () => {
    const run = start([node('db'), node('api', ['db']), node('web', ['api']), node('mail')]);
    const error = new Error('no space');
    await run.fail('db', error);
    await run.done('mail');
    expect([...(await run.finished).values()]).toEqual([
      { kind: 'failed', error },
      { kind: 'skipped', because: 'db' },
      { kind: 'skipped', because: 'db' },
      { kind: 'done', value: 'mail' },
    ]);
  });

  test('a node with two failed needs names the one that failed first', async () => {
    const run = start([node('a'), node('b'), node('c', ['a', 'b'])]);
    await run.fail('b');
    await run.fail('a');
    expect((await run.finished).get('c')).toEqual({ kind: 'skipped', because: 'b' });
    expect(run.log.filter((line) => line.endsWith(' c'))).toEqual(['skipped c']);
  });

  test('a tolerated failure lets its dependents run', async () => {
    const run = start([node('db', [], { onFailure: 'tolerate' }), node('api', ['db'])]);
    const error = new Error('optional');
    await run.fail('db', error);
    await run.done('api');
    expect([...(await run.finished).values()]).toEqual([
      { kind: 'tolerated', error },
      { kind: 'done', value: 'api' },
    ]);
  });

  test('failFast starts nothing more after a failure, lets running nodes end, and still tells skipped from cancelled', async () => {
    const run = start([node('db'), node('api', ['db']), node('mail'), node('spool', ['mail'])], {
      failFast: true,
    });
    await run.fail('db');
    await run.done('mail');
    expect([...(await run.finished)].map(([id, outcome]) => `${id} ${outcome.kind}`)).toEqual([
      'db failed',
      'api skipped',
      'mail done',
      'spool cancelled',
    ]);
  });

  test('failFast lets others begin after the failure of a node that fails alone', async () => {
    const nodes = [node('own', [], { onFailure: 'fail-alone' }), node('user', ['own']), node('mail')];
    const run = start([...nodes, node('spool', ['mail'])], { failFast: true });
    await run.fail('own');
    await run.done('mail');
    await run.done('spool');
    expect([...(await run.finished)].map(([id, outcome]) => `${id} ${outcome.kind}`)).toEqual([
      'own failed',
      'user skipped',
      'mail done',
      'spool done',
    ]);
  });

  test('whatever execute throws is an outcome, thrown at once or later', async () => {
    const run = start([node('text'), node('nothing')], {
      execute: ({ id }) => {
        if (id === 'text') throw 'just a text';
        return Promise.reject(undefined);
      },
    });
    expect([...(await run.finished).values()]).toEqual([
      { kind: 'failed', error: 'just a text' },
      { kind: 'failed', error: undefined },
    ]);
  });

  test('a throwing observer is dropped, named once, and changes nothing', async () => {
    const thrown: unknown[] = [];
    let calls = 0;
    const run = start([node('a'), node('b', ['a'])], {
      execute: async ({ id }) => id,
      observer: {
        started: () => {
          calls += 1;
          throw new Error('reporter broke');
        },
      },
      onObserverError: (error) => {
        thrown.push(error);
        throw new Error('so did this');
      },
    });
    expect([...(await run.finished).values()].map((outcome) => outcome.kind)).toEqual(['done', 'done']);
    expect(thrown).toEqual([new Error('reporter broke')]);
    expect(calls).toBe(1);
  });

  test.for([
    ['a cycle', [node('a', ['b']), node('b', ['a'])], 'the steps of a run need each other: a -> b -> a'],
    ['an unknown need', [node('a', ['b'])], '"a" needs "b", which is not in the graph'],
    [
      'a lane without a limit',
      [node('a', [], { lane: 'build' })],
      'the lane "build" of "a" has the limit undefined',
    ],
  ] as const)('rejects for a bug: %s', async ([, nodes, message]) => {
    await expect(start(nodes).finished).rejects.toThrow(`bug in Flotilla: ${message}`);
  });
});

describe('stopping a run', () => {
  test('drain starts nothing more and lets running nodes end', async () => {
    const run = start([node('a'), node('b', ['a'])]);
    run.drain.abort();
    expect(run.log).toEqual(['start a', 'cancelled b']);
    await run.done('a');
    expect([...(await run.finished).values()]).toEqual([{ kind: 'done', value: 'a' }, { kind: 'cancelled' }]);
  });

  test('drain empties the lanes', async () => {
    const run = start(
      ['a', 'b', 'c', 'd'].map((id) => node(id, [], { lane: 'engine' })),
      { lanes: { engine: 1 } },
    );
    run.drain.abort();
    await run.done('a');
    await run.finished;
    expect(run.log).toEqual(['start a', 'cancelled b', 'cancelled c', 'cancelled d', 'done a']);
  });

  test('abort interrupts running nodes with its reason', async () => {
    const reasons: unknown[] = [];
    const run = start([node('a'), node('b', ['a'])], {
      execute: (_node, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    const reason = new Error('Ctrl+C');
    run.abort.abort(reason);
    expect([...(await run.finished).values()]).toEqual([{ kind: 'cancelled' }, { kind: 'cancelled' }]);
    expect(reasons).toEqual([reason]);
  });

  test('an interrupted node that fails in earnest keeps its error', async () => {
    const error = new Error('half written');
    const run = start([node('a')], {
      execute: (_node, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(error));
        }),
    });
    run.abort.abort();
    expect((await run.finished).get('a')).toEqual({ kind: 'failed', error });
  });

  test('an interrupted node that ends well all the same is done', async () => {
    const run = start([node('a')], {
      execute: (_node, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('in time'));
        }),
    });
    run.abort.abort();
    expect((await run.finished).get('a')).toEqual({ kind: 'done', value: 'in time' });
  });

  test.for(['drain', 'abort'] as const)('starts nothing when %s was there before', async (which) => {
    const stopped = new AbortController();
    stopped.abort();
    const run = start([node('a'), node('b', ['a'])], { [which]: stopped.signal });
    await run.finished;
    expect(run.log).toEqual(['cancelled a', 'cancelled b']);
  });

  test('leaves no listener on either signal', async () => {
    const run = start([node('a')]);
    expect(getEventListeners(run.drain.signal, 'abort')).toHaveLength(1);
    await run.done('a');
    await run.finished;
    expect(getEventListeners(run.drain.signal, 'abort')).toHaveLength(0);
    expect(getEventListeners(run.abort.signal, 'abort')).toHaveLength(0);
  });
});

describe('trying again', () => {
  const busy = Object.assign(new Error('engine is busy'), { retryable: true });
  const retry = { attempts: 3, delayMs: (attempt: number) => attempt * 100, sleep: async () => {} };

  test('a retryable error is tried again, with growing pauses, up to the limit', async () => {
    const run = start([node('a')], { execute: () => Promise.reject(busy), retry });
    expect((await run.finished).get('a')).toEqual({ kind: 'failed', error: busy });
    expect(run.log).toEqual(['start a', 'retry a 1 100ms', 'retry a 2 200ms', 'failed a']);
  });

  test('a later try that works is done', async () => {
    let tries = 0;
    const run = start([node('a')], {
      execute: async () => {
        tries += 1;
        if (tries === 1) throw busy;
        return 'second';
      },
      retry,
    });
    expect((await run.finished).get('a')).toEqual({ kind: 'done', value: 'second' });
  });

  test('another error is not tried again', async () => {
    const run = start([node('a')], { execute: () => Promise.reject(new Error('no such image')), retry });
    await run.finished;
    expect(run.log).toEqual(['start a', 'failed a']);
  });

  test.for(['drain', 'abort'] as const)('%s ends the pause, and the last error counts', async (which) => {
    const sleep = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const run = start([node('a')], { execute: () => Promise.reject(busy), retry: { ...retry, sleep } });
    await flush();
    run[which].abort();
    expect((await run.finished).get('a')).toEqual({ kind: 'failed', error: busy });
  });
});
