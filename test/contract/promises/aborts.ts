import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { ContainerId } from '../../../src/core/ids.ts';
import type { Driver } from '../../../src/runtime/index.ts';
import type { Contract } from '../driver-contract.ts';
import { collect, endpoint, execSpec, type Lab } from '../lab.ts';
import { programs } from '../programs.ts';

type Call = (driver: Driver, lab: Lab, signal: AbortSignal) => Promise<unknown>;

const nobody = 'no-such-container' as ContainerId;

/** Every verb, in a call that ends soon, well or not. */
const calls: Readonly<Record<string, Call>> = {
  version: (driver, _, signal) => driver.version(signal),
  snapshot: (driver, { project }, signal) =>
    driver.snapshot({ project, networks: [], volumes: [], images: [] }, signal),
  createNetwork: (driver, { networkSpec, name }, signal) =>
    driver.createNetwork(networkSpec(name('net')), signal),
  removeNetwork: (driver, _, signal) => driver.removeNetwork('no-such-network', signal),
  connectNetwork: (driver, _, signal) => driver.connectNetwork(nobody, endpoint('no-such-network'), signal),
  disconnectNetwork: (driver, _, signal) => driver.disconnectNetwork(nobody, 'no-such-network', signal),
  createVolume: (driver, { volumeSpec, name }, signal) =>
    driver.createVolume(volumeSpec(name('vol')), signal),
  removeVolume: (driver, _, signal) => driver.removeVolume('no-such-volume', signal),
  inspectImage: (driver, { image }, signal) => driver.inspectImage(image, signal),
  imageHistory: (driver, { image }, signal) => driver.imageHistory(image, signal),
  pullImage: (driver, _, signal) => driver.pullImage('127.0.0.1:9/no/such:image', {}, signal),
  pushImage: (driver, _, signal) => driver.pushImage('127.0.0.1:9/no/such:image', {}, signal),
  removeImage: (driver, _, signal) => driver.removeImage('localhost/no/such:image', signal),
  createContainer: (driver, { spec }, signal) => driver.createContainer(spec(programs.idle), {}, signal),
  startContainer: (driver, _, signal) => driver.startContainer(nobody, signal),
  stopContainer: (driver, _, signal) => driver.stopContainer(nobody, {}, signal),
  killContainer: (driver, _, signal) => driver.killContainer(nobody, 'SIGTERM', signal),
  pauseContainer: (driver, _, signal) => driver.pauseContainer(nobody, signal),
  unpauseContainer: (driver, _, signal) => driver.unpauseContainer(nobody, signal),
  listProcesses: (driver, _, signal) => driver.listProcesses(nobody, signal),
  stats: async (driver, _, signal) => {
    for await (const _reading of driver.stats(nobody, signal));
  },
  removeContainer: (driver, _, signal) =>
    driver.removeContainer(nobody, { force: true, volumes: true }, signal),
  renameContainer: (driver, { name }, signal) => driver.renameContainer(nobody, name('new'), signal),
  inspectContainer: (driver, _, signal) => driver.inspectContainer(nobody, signal),
  logs: (driver, _, signal) => collect(driver.logs(nobody, { follow: true }, signal)),
  attach: (driver, _, signal) => driver.attach(nobody, signal),
  attachInput: (driver, _, signal) => driver.attachInput(nobody, signal),
  events: (driver, { project }, signal) => driver.events({ project }, signal),
  exec: (driver, _, signal) => driver.exec(nobody, execSpec(programs.exit, ['0']), signal),
  putFiles: (driver, _, signal) =>
    driver.putFiles(nobody, [{ path: '/a', content: '', mode: 0o644, uid: 0, gid: 0 }], signal),
  getArchive: (driver, _, signal) => driver.getArchive(nobody, '/', signal),
  putArchive: (driver, _, signal) =>
    driver.putArchive(nobody, '/', (async function* () {})(), { ownedByUser: false }, signal),
  exportContainer: (driver, _, signal) => driver.exportContainer(nobody, signal),
  commitContainer: (driver, _, signal) =>
    driver.commitContainer(nobody, { changes: [], pause: true }, signal),
  statPath: (driver, _, signal) => driver.statPath(nobody, '/', signal),
};

export function describeAborts({ lab }: Contract): void {
  const reason = new Error('the user pressed Ctrl+C');

  describe('an abort', () => {
    test.for(Object.keys(calls))(
      'before %s rejects it with the reason, and nothing is done',
      async (verb) => {
        const signal = AbortSignal.abort(reason);
        await expect(calls[verb]?.(lab().driver, lab(), signal)).rejects.toBe(reason);
        expect(await lab().snapshot()).toMatchObject({ containers: [], networks: [], volumes: [] });
      },
    );

    // A subscription listens for as long as it lasts.
    test.for(Object.keys(calls).filter((verb) => verb !== 'events'))(
      'has no listener left after %s',
      async (verb) => {
        const { signal } = new AbortController();
        await calls[verb]?.(lab().driver, lab(), signal).catch(() => {});
        expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      },
    );

    test('has no listener left when the reader of events leaves', async () => {
      const { driver, project, create } = lab();
      const { signal } = new AbortController();
      const events = await driver.events({ project }, signal);
      await create(programs.idle);
      for await (const _ of events) break;
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });

    test('has no listener left when the reader of statistics leaves', async () => {
      const { driver, start } = lab();
      const { signal } = new AbortController();
      for await (const _ of driver.stats(await start(programs.idle), signal)) break;
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });

    test('has no listener left when an output has been read to its end', async () => {
      const { driver, create, start } = lab();
      const { signal } = new AbortController();
      const id = await create(programs.say, { args: ['a', 'b'] });
      const output = await driver.attach(id, signal);
      await driver.startContainer(id, signal);
      await collect(output);
      await collect(driver.logs(id, { follow: true }, signal));
      const session = await driver.exec(
        await start(programs.idle),
        execSpec(programs.say, ['a', 'b']),
        signal,
      );
      await collect(session.output);
      await session.exitCode();
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });

    test('interrupts the wait for a container that does not stop', async () => {
      const { driver, start } = lab();
      const id = await start(programs.stubborn);
      const stop = new AbortController();
      const stopping = driver.stopContainer(id, { timeoutSeconds: 60 }, stop.signal);
      stop.abort(reason);
      await expect(stopping).rejects.toBe(reason);
    });

    test('interrupts followed logs', async () => {
      const { driver, start } = lab();
      const id = await start(programs.gated);
      const stop = new AbortController();
      const reading = (async () => {
        for await (const _ of driver.logs(id, { follow: true }, stop.signal)) stop.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
    });

    test('interrupts the reader of statistics', async () => {
      const { driver, start } = lab();
      const id = await start(programs.idle);
      const stop = new AbortController();
      const reading = (async () => {
        for await (const _ of driver.stats(id, stop.signal)) stop.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
      expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
    });

    test('interrupts the reader of an attached output', async () => {
      const { driver, create } = lab();
      const id = await create(programs.gated);
      const stop = new AbortController();
      const output = await driver.attach(id, stop.signal);
      await driver.startContainer(id);
      const reading = (async () => {
        for await (const _ of output) stop.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
    });

    test('interrupts the wait for a command', async () => {
      const { driver, start } = lab();
      const stop = new AbortController();
      const session = await driver.exec(await start(programs.idle), execSpec(programs.gated), stop.signal);
      const reading = (async () => {
        for await (const _ of session.output) stop.abort(reason);
      })();
      const exitCode = session.exitCode();
      await expect(reading).rejects.toBe(reason);
      await expect(exitCode).rejects.toBe(reason);
    });
  });
}
