import type { Project } from '../../../src/compose/index.ts';
import { projectName, serviceName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import type { FakeContainer } from '../../../src/runtime/fake/index.ts';
import {
  addImage,
  createContainer,
  createNetwork,
  createVolume,
  disconnectNetwork,
  endRun,
  removeContainer,
  removeImage,
  removeNetwork,
  removeVolume,
  setPaused,
} from '../../../src/runtime/fake/model/index.ts';
import { plainSpec } from '../plain-spec.ts';
import type { WorldEvent } from './case.ts';
import { imageVersions, type SimulatedEngine } from './engine.ts';

/** What others own: the project may use it and must leave it as it is. */
export function addForeigners(engine: SimulatedEngine): void {
  engine.update(createNetwork(engine.state, foreignNetwork('theirs_outside')));
  engine.update(createNetwork(engine.state, foreignNetwork('elsewhere_default')));
  for (const name of ['theirs_shared', 'elsewhere_data', 'shopping_data']) {
    engine.update(
      createVolume(engine.state, {
        key: name,
        name,
        driver: 'local',
        driverOptions: {},
        labels: name.startsWith('theirs') ? {} : { [labels.project]: name.split('_')[0] ?? '' },
        hash: '',
      }),
    );
  }
}

/** Lets something happen to the engine that Flotilla has no part in; without anything to happen to, nothing does. */
export function disturb(engine: SimulatedEngine, event: WorldEvent, project: Project): void {
  switch (event.what) {
    case 'stranger':
      addStranger(engine);
      return;
    case 'move-tag':
      engine.update(addImage(engine.state, imageVersions[event.image]('moved')));
      return;
    case 'remove-image':
      attempt(() => engine.update(removeImage(engine.state, event.image)));
      return;
    case 'remove-network':
    case 'disown-network':
    case 'unhash-network':
      disturbNetwork(engine, event.what, event.at);
      return;
    case 'remove-volume':
    case 'disown-volume':
    case 'unhash-volume':
      disturbVolume(engine, event.what, event.at);
      return;
    default: {
      const own = [...engine.state.containers.values()].filter(
        ({ spec }) => spec.project === project.name && spec.labels[labels.hook] === undefined,
      );
      const container = nth(own, event.at);
      if (container !== undefined) disturbContainer(engine, event.what, container);
    }
  }
}

function disturbContainer(
  engine: SimulatedEngine,
  what: Extract<WorldEvent, { readonly at: number }>['what'],
  container: FakeContainer,
): void {
  const { state } = engine;
  const isAlive = container.state.kind === 'running';
  switch (what) {
    case 'exit':
    case 'crash':
      if (isAlive) engine.end(container.id, what === 'exit' ? 0 : 1);
      return;
    case 'pause':
      if (isAlive) engine.update(setPaused(state, container.id, true).state);
      return;
    case 'restarting':
      if (!isAlive) return;
      engine.update(endRun(state, container.id, { exitCode: 1, oomKilled: false, now: 0 }).state);
      engine.odd.set(container.id, 'restarting');
      return;
    case 'dead':
    case 'removing':
      if (isAlive || container.state.kind === 'paused') engine.end(container.id, 137);
      engine.odd.set(container.id, what);
      return;
    case 'remove':
      if (isAlive) engine.end(container.id, 137);
      if (container.state.kind !== 'paused') {
        engine.update(removeContainer(engine.state, container.id, { volumes: false }).state);
      }
      return;
    case 'leave-network': {
      const [endpoint] = container.endpoints;
      if (endpoint !== undefined) {
        engine.update(disconnectNetwork(state, container.id, endpoint.spec.network));
      }
      return;
    }
    case 'twin':
      copy(engine, container, { name: `${container.name}-copy` });
      return;
    case 'leftover':
      copy(engine, container, {
        name: `${container.id.slice(0, 12)}_${container.name}`,
        labels: { [labels.replace]: container.name.replace(/^shop-/, '') },
      });
      return;
    case 'made-by-compose':
    case 'made-by-compose-2':
      relabel(engine, container, (own) => {
        const { [labels.definition]: _, ...rest } = own;
        return what === 'made-by-compose' ? rest : { ...rest, [labels.version]: '2.40.0' };
      });
      return;
    case 'unmanaged':
      copy(engine, container, { name: `${container.name}-own`, base: withoutHash(container.spec.labels) });
      return;
    case 'one-off':
    case 'finished-one-off': {
      const { [labels.containerNumber]: _, ...own } = container.spec.labels;
      const name = `${container.name}-run-${state.serial}`;
      copy(engine, container, { name, labels: { [labels.oneOff]: 'True' }, base: own, ports: [] });
      const made = [...engine.state.containers.values()].at(-1);
      if (made?.name !== name) return;
      attempt(() => engine.start(made));
      if (what === 'finished-one-off') engine.end(made.id, 0);
      return;
    }
    case 'left-hook':
      leave(engine, container, `shop-${container.spec.service}-pre_start_1`, 'pre_start');
      return;
    case 'left-filler':
      leave(engine, container, `${container.spec.labels[labels.filesVolume] ?? 'shop'}-helper`, 'files');
      return;
    case 'renumber':
      relabel(engine, container, (own) => ({
        ...own,
        [labels.containerNumber]: String(Number(own[labels.containerNumber]) + 3),
      }));
  }
}

function copy(
  engine: SimulatedEngine,
  { spec, mounts }: FakeContainer,
  changes: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly base?: Readonly<Record<string, string>>;
    readonly ports?: FakeContainer['spec']['ports'];
  },
): void {
  if ([...engine.state.containers.values()].some(({ name }) => name === changes.name)) return;
  const inherit = mounts.flatMap((mount) =>
    mount.kind === 'volume' ? [{ name: mount.volume, target: mount.target }] : [],
  );
  const copied = {
    ...spec,
    ...(changes.ports === undefined ? {} : { ports: changes.ports }),
    labels: { ...(changes.base ?? spec.labels), ...changes.labels },
  };
  attempt(() => {
    const options = { as: changes.name, inherit };
    const now = engine.state.serial * 1000;
    engine.update(createContainer(engine.state, copied, { options, now, manyEndpointsAtCreate: true }).state);
  });
}

/** A helper of Flotilla's that a killed run has left, with what it mounts. */
function leave(engine: SimulatedEngine, { spec }: FakeContainer, name: string, hook: string): void {
  if ([...engine.state.containers.values()].some((each) => each.name === name)) return;
  const { [labels.configHash]: _, ...own } = spec.labels;
  const volume = own[labels.filesVolume];
  const copied = {
    ...spec,
    name,
    ports: [],
    mounts: [],
    labels: { ...own, [labels.oneOff]: 'False', [labels.hook]: hook },
  };
  attempt(() => {
    const inherit = volume === undefined ? [] : [{ name: volume, target: '/flotilla-files' }];
    const now = engine.state.serial * 1000;
    const options = { as: name, inherit };
    engine.update(createContainer(engine.state, copied, { options, now, manyEndpointsAtCreate: true }).state);
  });
}

function relabel(
  engine: SimulatedEngine,
  { id }: FakeContainer,
  change: (own: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): void {
  const container = engine.state.containers.get(id);
  if (container === undefined) return;
  const spec = { ...container.spec, labels: change(container.spec.labels) };
  const containers = new Map(engine.state.containers).set(id, { ...container, spec });
  engine.update({ ...engine.state, containers });
}

function disturbNetwork(
  engine: SimulatedEngine,
  what: 'remove-network' | 'disown-network' | 'unhash-network',
  at: number,
): void {
  const network = nth(
    [...engine.state.networks.values()].filter(({ spec }) => spec !== undefined),
    at,
  );
  if (network === undefined) return;
  if (what === 'remove-network') {
    for (const container of engine.state.containers.values()) {
      const isIn = container.endpoints.some(({ spec }) => spec.network === network.name);
      if (isIn && container.state.kind === 'running') engine.end(container.id, 137);
      return;
    }
    attempt(() => engine.update(removeNetwork(engine.state, network.id)));
    return;
  }
  const relabelled = { ...network, labels: changedLabels(what === 'disown-network', network.labels) };
  engine.update({ ...engine.state, networks: new Map(engine.state.networks).set(network.name, relabelled) });
}

function disturbVolume(
  engine: SimulatedEngine,
  what: 'remove-volume' | 'disown-volume' | 'unhash-volume',
  at: number,
): void {
  const volume = nth(
    [...engine.state.volumes.values()].filter(({ anonymous }) => !anonymous),
    at,
  );
  if (volume === undefined) return;
  if (what === 'remove-volume') {
    // Whoever removes a volume has removed the containers that mount it.
    attempt(() => engine.update(removeVolume(engine.state, volume.name)));
    return;
  }
  // Nobody else makes volumes of these names.
  if (volume.labels[labels.ownVolume] !== undefined) return;
  const relabelled = { ...volume, labels: changedLabels(what === 'disown-volume', volume.labels) };
  engine.update({ ...engine.state, volumes: new Map(engine.state.volumes).set(volume.name, relabelled) });
}

/** Made by somebody else, or by a docker compose of before there were hashes. */
function changedLabels(
  disown: boolean,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return disown ? {} : withoutHash(own);
}

function withoutHash({
  [labels.configHash]: _,
  ...rest
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return rest;
}

/** A container of another project, in networks and volumes of its own. */
function addStranger(engine: SimulatedEngine): void {
  const spec = {
    ...plainSpec,
    project: projectName('elsewhere'),
    service: serviceName('a'),
    name: 'elsewhere-a-1',
    image: 'busybox',
    labels: {
      [labels.project]: 'elsewhere',
      [labels.service]: 'a',
      [labels.containerNumber]: '1',
      [labels.configHash]: 'x',
    },
  };
  attempt(() => {
    const made = createContainer(engine.state, spec, {
      options: { inherit: [{ name: 'elsewhere_data', target: '/data' }] },
      now: 0,
      manyEndpointsAtCreate: true,
    });
    engine.update(made.state);
    const container = engine.state.containers.get(made.id);
    if (container !== undefined && container.state.kind === 'created') engine.start(container);
  });
}

function foreignNetwork(name: string) {
  return {
    key: name,
    name,
    driverOptions: {},
    ipam: { options: {}, pools: [] },
    internal: false,
    attachable: false,
    labels: name.startsWith('theirs') ? {} : { [labels.project]: 'elsewhere' },
    hash: '',
  };
}

function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // The engine refuses it: then it does not happen.
  }
}

function nth<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)];
}
