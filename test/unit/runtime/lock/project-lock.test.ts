import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectName } from '../../../../src/core/ids.ts';
import { createFakeClock } from '../../../../src/runtime/fake/index.ts';
import {
  type LockHolder,
  type ProjectLockOptions,
  projectLock,
  systemClock,
} from '../../../../src/runtime/index.ts';
import { lockAddress } from '../../../../src/runtime/lock/address.ts';

const folder = mkdtempSync(join(tmpdir(), 'flotilla-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;

function signalled(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

/** No other test run may hold these. */
const user = `test-${process.pid}`;

// `linux` has sockets without files, every other system but Windows has files.
describe.each(['linux', 'darwin'])('the lock of a project on %s', (platform) => {
  const place = { platform, user, folder };
  const lock = (command: string, more: Partial<ProjectLockOptions> = {}) =>
    projectLock({
      place,
      self: { pid: 4711, command },
      clock: systemClock,
      patienceMs: 60_000,
      onWait: () => {},
      ...more,
    });
  const request = (project: string, endpoint = 'unix:///run/docker.sock') => ({
    project: projectName(project),
    endpoint,
  });

  it('is had at once when nobody holds it, and again after its release', async () => {
    for (const command of ['flotilla up', 'flotilla down']) {
      const held = await lock(command)(request('free'), never);
      await held.release();
    }
  });

  it('makes the second wait for the first, whom it names', async () => {
    const waitingFor: LockHolder[] = [];
    const first = await lock('flotilla up')(request('queue'), never);
    const named = signalled();
    const second = lock('flotilla down', {
      onWait: (holder) => {
        waitingFor.push(holder);
        named.resolve();
      },
    })(request('queue'), never);
    let isHeld = false;
    const done = second.then((held) => {
      isHeld = true;
      return held.release();
    });
    await named.promise;
    expect(isHeld).toBe(false);
    await first.release();
    await done;
    expect(waitingFor).toEqual([{ pid: 4711, command: 'flotilla up' }]);
  });

  it('is had by one of many at a time', async () => {
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const held = await lock('flotilla up')(request('many'), never);
        holders += 1;
        most = Math.max(most, holders);
        await new Promise(setImmediate);
        holders -= 1;
        await held.release();
      }),
    );
    expect(most).toBe(1);
  });

  it('is another one for another project and for another engine', async () => {
    const held = await Promise.all([
      lock('flotilla up')(request('one'), never),
      lock('flotilla up')(request('two'), never),
      lock('flotilla up')(request('one', 'tcp://build:2376'), never),
    ]);
    await Promise.all(held.map((each) => each.release()));
  });

  it('is given up when the patience is over', async () => {
    const clock = createFakeClock();
    const first = await lock('flotilla up')(request('patience'), never);
    const named = signalled();
    const second = lock('flotilla down', { clock, patienceMs: 1000, onWait: () => named.resolve() })(
      request('patience'),
      never,
    );
    const refused = expect(second).rejects.toMatchObject({
      code: 'run.locked',
      message: '"flotilla up" (pid 4711) is still at work on project "patience"',
      hint: 'Wait until it is done, or end it with Ctrl+C where it runs, then run this command again.',
    });
    await named.promise;
    clock.advance(1000);
    await refused;
    await first.release();
  });

  it('is given up when the signal aborts', async () => {
    const first = await lock('flotilla up')(request('abort'), never);
    const stop = new AbortController();
    const second = lock('flotilla down', { onWait: () => stop.abort(new Error('interrupted')) })(
      request('abort'),
      stop.signal,
    );
    await expect(second).rejects.toThrow('interrupted');
    await first.release();
  });

  it('does not believe a stranger who talks nonsense, and shows nothing of it', async () => {
    const { path } = lockAddress(place, 'unix:///run/docker.sock', 'stranger');
    const stranger = createServer((socket) => socket.end(`\u001b[31mnonsense\n${'x'.repeat(10_000)}`));
    await new Promise<void>((resolve) => stranger.listen(path, resolve));
    const seen: LockHolder[] = [];
    const attempt = lock('flotilla up', { onWait: (holder) => seen.push(holder) })(
      request('stranger'),
      never,
    );
    await new Promise((resolve) => stranger.close(resolve));
    await (await attempt).release();
    expect(seen).toEqual([]);
  });
});

it('of a process that was killed is taken over where locks are files', async () => {
  const place = { platform: 'darwin', user, folder };
  const { path } = lockAddress(place, 'unix:///run/docker.sock', 'dead');
  writeFileSync(path, '');
  const held = await projectLock({
    place,
    self: { pid: 1, command: 'flotilla up' },
    clock: systemClock,
    patienceMs: 1000,
    onWait: () => {},
  })({ project: projectName('dead'), endpoint: 'unix:///run/docker.sock' }, never);
  await held.release();
});
