import { expect, test } from 'vitest';
import type { ContainerId } from '../../../../src/core/ids.ts';
import {
  createFakeClock,
  createFakeEngine,
  type EngineState,
  type FakeContainer,
} from '../../../../src/runtime/fake/index.ts';
import type { Driver } from '../../../../src/runtime/index.ts';
import { createRandom, type Random } from '../../../support/random.ts';
import { specOf } from './spec.ts';

const services = ['web', 'api', 'db'];
const networks = ['front', 'back'];
const volumes = ['data', 'cache'];

test('no order of calls brings the engine into a state that no engine can be in', async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = createRandom(seed);
    const clock = createFakeClock();
    const behaviours = { api: { exitAfterMs: 700, exitCode: 1 }, db: { ignoresStopSignal: true } };
    const engine = createFakeEngine({ clock, behaviours });
    const pending: Promise<unknown>[] = [];
    for (let step = 0; step < 80; step += 1) {
      pending.push(act(engine.driver, engine.state(), random).catch(() => {}));
      if (random.chance(0.5)) await clock.advance(random.below(2000));
      check(engine.state());
    }
    await clock.advance(60_000);
    await Promise.all(pending);
    check(engine.state());
  }
});

function act(driver: Driver, state: EngineState, random: Random): Promise<unknown> {
  const ids = [...state.containers.keys(), 'nobody' as ContainerId];
  const id = random.pick(ids);
  const network = random.pick(networks);
  const volume = random.pick(volumes);
  const endpoint = { network, aliases: [], links: [], linkLocalAddresses: [], driverOptions: {} };
  const acts: readonly (() => Promise<unknown>)[] = [
    () =>
      driver.createContainer(
        specOf(random.pick(services), {
          name: `box-${random.below(5)}`,
          network: { kind: 'networks', endpoints: [endpoint] },
          ports: random.chance(0.5)
            ? [{ target: 80, protocol: 'tcp', published: `90${random.below(2)}0-9091` }]
            : [],
          mounts: [
            { kind: 'volume', target: '/named', name: volume, readOnly: false, noCopy: false, labels: {} },
            { kind: 'volume', target: '/own', readOnly: false, noCopy: false, labels: {} },
          ],
          ...(random.chance(0.5) ? { restart: { name: 'on-failure' } } : {}),
        }),
        {},
      ),
    () => driver.startContainer(id),
    () => driver.stopContainer(id, { timeoutSeconds: random.below(3) }),
    () => driver.killContainer(id, random.pick(['SIGTERM', 'SIGKILL'])),
    () => driver.removeContainer(id, { force: random.chance(0.5), volumes: random.chance(0.5) }),
    () => driver.renameContainer(id, `box-${random.below(8)}`),
    () => driver.createNetwork(networkSpec(network)),
    () => driver.removeNetwork(network),
    () => driver.connectNetwork(id, endpoint),
    () => driver.disconnectNetwork(id, network),
    () => driver.removeVolume(volume),
  ];
  return random.pick(acts)();
}

function check(state: EngineState): void {
  const containers = [...state.containers.values()];
  const alive = containers.filter(isAlive);
  expectUnique(containers.map(({ name }) => name));
  expectUnique(alive.flatMap(({ ports }) => ports.map((port) => `${port.hostIp}:${port.published}`)));
  const endpoints = alive.flatMap((container) => container.endpoints);
  expectUnique(endpoints.map(({ spec, address }) => `${spec.network} ${address}`));
  for (const { spec } of endpoints) expect(state.networks.has(spec.network)).toBe(true);
  for (const { mounts } of containers) {
    for (const mount of mounts)
      if (mount.kind === 'volume') expect(state.volumes.has(mount.volume)).toBe(true);
  }
  for (const container of containers.filter((candidate) => !isAlive(candidate))) {
    expect(container.ports).toEqual([]);
    expect(container.endpoints.every(({ address }) => address === undefined)).toBe(true);
  }
}

function isAlive({ state }: FakeContainer): boolean {
  return state.kind === 'running' || state.kind === 'paused';
}

function expectUnique(items: readonly string[]): void {
  expect(new Set(items).size).toBe(items.length);
}

function networkSpec(name: string) {
  return {
    key: name,
    name,
    driverOptions: {},
    ipam: { options: {}, pools: [] },
    internal: false,
    attachable: false,
    labels: {},
    hash: '',
  };
}
