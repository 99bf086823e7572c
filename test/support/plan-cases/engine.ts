import type { Project } from '../../../src/compose/index.ts';
import type { ContainerId, StepId } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import { imageName } from '../../../src/images/index.ts';
import type { EngineState, FakeContainer, FakeImage } from '../../../src/runtime/fake/index.ts';
import {
  addImage,
  builtInNetworks,
  createContainer,
  createNetwork,
  createVolume,
  describeImage,
  disconnectNetwork,
  endRun,
  fillVolume,
  findContainer,
  pauseContainer,
  removeContainer,
  removeImage,
  removeNetwork,
  removeVolume,
  renameContainer,
  requestStop,
  requireContainer,
  setHealth,
  snapshot,
  startContainer,
  unpauseContainer,
} from '../../../src/runtime/fake/model/index.ts';
import type { ContainerState, ObservedContainer, ObservedState } from '../../../src/runtime/index.ts';
import { resolveSpec } from '../../../src/scheduler/execute/resolve.ts';
import { runContainerOf } from '../../../src/scheduler/execute/run-container.ts';
import type { ContainerRef, Plan, Step, StepInputs, StepKind } from '../../../src/scheduler/plan/index.ts';

/**
 * The fake engine's pure model, stricter where real engines are: it refuses what a plan must not ask for. What the
 * model does not know beside it: states that only real engines have, and the network that a container was last in.
 */
export class SimulatedEngine {
  state: EngineState;
  /** `dead` and `removing`: the engine failed to remove it, or is about it. */
  readonly odd = new Map<ContainerId, Extract<ContainerState, 'dead' | 'removing' | 'restarting'>>();
  /** Containers that ended by themselves, as jobs do. */
  readonly completed = new Set<ContainerId>();
  /** The ids of the networks that a container was in when it last ran: it cannot be started when they are gone. */
  readonly #joined = new Map<ContainerId, ReadonlyMap<string, string>>();

  constructor(state: EngineState = emptyEngine()) {
    this.state = state;
  }

  /** As `up` and its neighbours see it. */
  observe(project: Project, options: { readonly hooks: boolean } = { hooks: false }): ObservedState {
    const observed = snapshot(
      this.state,
      {
        project: project.name,
        networks: [...project.networks.values()].map(({ name }) => name),
        volumes: [...project.volumes.values()].map(({ name }) => name),
        images: [...new Set([...project.services.values()].map((service) => imageName(project, service)))],
      },
      0,
    );
    const isManaged = (container: ObservedContainer) => container.labels[labels.configHash] !== undefined;
    const isHelper = (container: ObservedContainer) => container.labels[labels.hook] !== undefined;
    return {
      ...observed,
      containers: observed.containers
        .filter((container) => isManaged(container) || (options.hooks && isHelper(container)))
        .map((container) => this.#seen(container)),
      hookContainers: observed.containers.filter((each) => !isManaged(each) && isHelper(each)),
    };
  }

  /** Carries one step out, or throws what the engine would say. */
  apply(step: Step, run: Run): void {
    const act = acts[step.kind] as (engine: SimulatedEngine, input: never, run: Run, step: Step) => void;
    act(this, step.input as never, run, step);
  }

  update(state: EngineState): void {
    this.state = state;
  }

  stop(container: FakeContainer): void {
    this.odd.delete(container.id);
    this.update(requestStop(this.state, container.id));
    this.end(container.id, 0);
  }

  end(id: ContainerId, exitCode: number): void {
    this.update(requestStop(this.state, id));
    this.update(endRun(this.state, id, { exitCode, oomKilled: false, now: this.state.serial }).state);
  }

  start(container: FakeContainer): void {
    const odd = this.odd.get(container.id);
    if (odd === 'dead' || odd === 'removing')
      throw new Error(`${container.name} is ${odd}: it cannot be started`);
    this.odd.delete(container.id);
    for (const mode of [container.spec.pid, container.spec.ipc]) {
      if (mode?.kind !== 'container') continue;
      const other = findContainer(this.state, mode.container);
      if (other?.state.kind !== 'running') {
        throw new Error(`${container.name} shares a namespace of ${mode.container}, which does not run`);
      }
    }
    for (const [network, id] of this.#joined.get(container.id) ?? []) {
      const now = this.state.networks.get(network)?.id;
      const isIn = container.endpoints.some(({ spec }) => spec.network === network);
      if (isIn && now !== id) throw new Error(`${container.name} was in network ${network}, which is gone`);
    }
    const started = startContainer(this.state, container.id, { now: this.state.serial, by: 'hand' });
    if (started.failure !== undefined) throw started.failure;
    this.update(started.state);
    this.completed.delete(container.id);
    this.#joined.set(
      container.id,
      new Map(
        container.endpoints.map(({ spec }) => [
          spec.network,
          this.state.networks.get(spec.network)?.id ?? '',
        ]),
      ),
    );
  }

  #seen(container: ObservedContainer): ObservedContainer {
    const odd = this.odd.get(container.id);
    const joined = this.#joined.get(container.id);
    return {
      ...container,
      ...(odd === undefined ? {} : { state: odd }),
      networks: container.networks.map((endpoint) => {
        const networkId = endpoint.networkId ?? joined?.get(endpoint.network);
        return networkId === undefined ? endpoint : { ...endpoint, networkId };
      }),
    };
  }
}

/** What no plan may ask for, whether or not the run would tolerate it. */
export class PlanFault extends Error {
  override readonly name = 'PlanFault';
}

/** What the steps of one run know of one another. */
export class Run {
  readonly project: Project | undefined;
  readonly plan: Plan;
  readonly made = new Map<StepId, ContainerId>();

  constructor(plan: Plan, project: Project | undefined) {
    this.plan = plan;
    this.project = project;
  }

  idOf(reference: ContainerRef): ContainerId {
    if (reference.kind === 'existing') return reference.id;
    const id = this.made.get(reference.by);
    if (id === undefined) throw new Error(`${reference.name} was not created yet`);
    return id;
  }
}

export const imageVersions = {
  busybox: (id: string): FakeImage => describeImage({ reference: 'busybox', id: `sha256:busybox-${id}` }),
  database: (id: string): FakeImage =>
    describeImage({ reference: 'database', id: `sha256:database-${id}`, volumes: ['/var/lib/database'] }),
};

function emptyEngine(): EngineState {
  const images = [imageVersions.busybox('1'), imageVersions.database('1')];
  return {
    containers: new Map(),
    networks: builtInNetworks(),
    volumes: new Map(),
    images: new Map(images.map((image) => [image.reference, image])),
    everyImage: false,
    host: new Map(),
    missingHostPaths: [],
    busyPorts: [],
    serial: 1,
  };
}

type Act<Kind extends StepKind> = (
  engine: SimulatedEngine,
  input: StepInputs[Kind],
  run: Run,
  step: Step,
) => void;

const acts: { readonly [Kind in StepKind]: Act<Kind> } = {
  'network.create': (engine, { spec }) => {
    if (engine.state.networks.has(spec.name)) throw new Error(`there is a network ${spec.name} already`);
    engine.update(createNetwork(engine.state, spec));
  },
  'network.remove': (engine, { name }) => engine.update(removeNetwork(engine.state, name)),
  'network.disconnect': (engine, { container, network }, run) =>
    engine.update(disconnectNetwork(engine.state, run.idOf(container), network)),
  'volume.create': (engine, { spec }) => {
    if (engine.state.volumes.has(spec.name)) throw new Error(`there is a volume ${spec.name} already`);
    engine.update(createVolume(engine.state, spec));
  },
  'volume.remove': (engine, { name }) => engine.update(removeVolume(engine.state, name)),
  'image.pull': (engine, { reference }) => {
    const kind = reference === 'database' ? 'database' : 'busybox';
    engine.update(addImage(engine.state, imageVersions[kind]('registry')));
  },
  'image.build': (engine, { spec }) =>
    engine.update(addImage(engine.state, { ...imageVersions.busybox('registry'), reference: spec.tags[0] })),
  'image.push': () => {},
  'volume.fill': (engine, { spec, service, image }) =>
    engine.update(fillVolume(engine.state, { volume: spec, service, image, files: [] })),
  'image.remove': (engine, { reference }) => engine.update(removeImage(engine.state, reference)),
  'container.create': (engine, input, run, step) => {
    const { state } = engine;
    const imageDigest =
      input.imageDigest ?? state.images.get(describeImage(input.spec.image).reference)?.digest;
    const spec = resolveSpec(input, {
      project: run.project,
      imageDigest,
      containerOf: (service) => runContainerOf(run.plan, run.made, service),
    });
    const holder = [...state.containers.values()].find(({ name }) => name === input.as);
    if (holder !== undefined) throw new Error(`the name ${input.as} is taken`);
    for (const { kind, name } of spec.mounts.map((mount) => ({ name: undefined, ...mount }))) {
      if (kind === 'volume' && name !== undefined && !state.volumes.has(name)) {
        throw new Error(`${input.as} mounts the volume ${name}, which nobody has made`);
      }
    }
    for (const mode of [spec.pid, spec.ipc])
      if (mode?.kind === 'container') requireContainer(state, mode.container);
    const options = { as: input.as, inherit: input.inherit };
    const made = createContainer(state, spec, {
      options,
      now: state.serial * 1000,
      manyEndpointsAtCreate: true,
    });
    engine.update(made.state);
    run.made.set(step.id, made.id);
  },
  'container.start': (engine, { container }, run) =>
    engine.start(requireContainer(engine.state, run.idOf(container))),
  'container.signal': (engine, { container }, run) => {
    const found = requireContainer(engine.state, run.idOf(container));
    // A job may have ended meanwhile.
    if (found.state.kind !== 'running' && !engine.completed.has(found.id)) {
      throw new Error(`${found.name} does not run`);
    }
  },
  'container.kill': (engine, { container }, run) => {
    const found = findContainer(engine.state, run.idOf(container));
    if (found !== undefined) engine.stop(found);
  },
  'container.pause': (engine, { container }, run) =>
    engine.update(pauseContainer(engine.state, run.idOf(container)).state),
  'container.unpause': (engine, { container }, run) =>
    engine.update(unpauseContainer(engine.state, run.idOf(container)).state),
  'container.wait': (engine, { container, until }, run) => {
    const found = requireContainer(engine.state, run.idOf(container));
    if (until === 'completed') {
      if (found.state.kind === 'running') engine.end(found.id, 0);
      engine.completed.add(found.id);
    } else engine.update(setHealth(engine.state, found.id, 'healthy').state);
  },
  'container.stop': (engine, { container }, run) => {
    const found = findContainer(engine.state, run.idOf(container));
    if (found !== undefined) engine.stop(found);
  },
  // Without force: a plan stops what runs before, so that it can end in its own way.
  'container.remove': (engine, { container, volumes }, run) => {
    const id = run.idOf(container);
    engine.odd.delete(id);
    engine.update(removeContainer(engine.state, id, { volumes }).state);
  },
  // Hooks change nothing that a plan looks at; but they need containers to run in, or to take mounts from.
  'hook.exec': (engine, { hook, container }, run) => {
    const found = requireContainer(engine.state, run.idOf(container));
    const isOdd = engine.odd.get(found.id) === 'restarting';
    if (found.state.kind !== 'running' && !isOdd) throw new PlanFault(`${hook}: ${found.name} does not run`);
  },
  'hook.run': (engine, { service, spec }, run) => {
    const first = runContainerOf(run.plan, run.made, service);
    const found = first === undefined ? undefined : findContainer(engine.state, first);
    if (found === undefined) throw new PlanFault(`pre_start: there is no container of ${service}`);
    const running = [...engine.state.containers.values()].find(
      (each) =>
        each.spec.service === service &&
        each.state.kind === 'running' &&
        each.spec.labels[labels.oneOff] === 'False' &&
        each.spec.labels[labels.configHash] !== undefined,
    );
    if (running !== undefined) throw new PlanFault(`pre_start: ${running.name} runs already`);
    const left = [...engine.state.containers.values()].find(({ name }) => name === spec.name);
    if (left !== undefined) throw new PlanFault(`pre_start: ${left.name} is there already`);
  },
  'container.rename': (engine, { container, name }, run) =>
    engine.update(renameContainer(engine.state, run.idOf(container), name).state),
  // What they do is outside of the engine.
  'provider.up': () => {},
  'provider.down': () => {},
  'provider.stop': () => {},
  'model.prepare': () => {},
};
