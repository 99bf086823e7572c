import type { Project } from '../../../src/compose/index.ts';
import type { ServiceName } from '../../../src/core/ids.ts';
import { labels } from '../../../src/core/labels.ts';
import type { EngineState, FakeContainer } from '../../../src/runtime/fake/index.ts';
import type { Plan } from '../../../src/scheduler/plan/index.ts';
import type { PlanCase } from './case.ts';
import type { Played } from './play.ts';

/** What must hold of every case; each gives the sentences in which it does not. */
export const claims: Readonly<Record<string, (given: PlanCase, played: Played) => readonly string[]>> = {
  'the same command again finds nothing to do': ({ command }, { again, after, completed }) => {
    if (again === undefined || command.name === 'restart') return [];
    if (command.name === 'up' && command.answer === undefined && again.questions.length > 0) return [];
    // A job that ended is run again by the next `up` and `start`, as by docker compose.
    const jobs = [...after.containers.values()].filter(({ id }) => completed.has(id));
    const isExpected = (step: Plan['steps'][number]): boolean => {
      switch (step.kind) {
        case 'container.wait':
          return true;
        // Nobody but the provider knows whether there is something to do.
        case 'provider.down':
        case 'provider.stop':
          return true;
        case 'container.start':
        case 'hook.exec':
          return step.input.container.kind === 'existing' && completed.has(step.input.container.id);
        // What it reads when it is started.
        case 'volume.create':
          return jobs.some(({ id }) => id === step.input.spec.labels[labels.notedContainer]);
        case 'volume.remove':
          return jobs.some(({ id }) => step.input.name.endsWith(`_note-${id.slice(0, 12)}`));
        case 'hook.run':
          return jobs.some(({ spec }) => spec.service === step.input.service);
        default:
          return false;
      }
    };
    return again.steps
      .filter((step) => !isExpected(step) && step.onFailure !== 'tolerate')
      .map(({ id, reason }) => `${id}: ${reason}`);
  },

  'nothing is touched that the project does not own': (_, { project, before, after }) => {
    const isOwn = (own: Readonly<Record<string, string>>) => own[labels.project] === project.name;
    const containers = [...before.containers].filter(
      ([, { spec }]) =>
        !isOwn(spec.labels) ||
        (spec.labels[labels.configHash] === undefined && spec.labels[labels.hook] === undefined),
    );
    const networks = [...before.networks].filter(([, network]) => !isOwn(network.labels));
    const volumes = [...before.volumes].filter(([, volume]) => !isOwn(volume.labels) && !volume.anonymous);
    return [
      ...changed('container', containers, after.containers),
      ...changed('network', networks, after.networks),
      ...changed('volume', volumes, after.volumes),
    ];
  },

  'no running one-off container is touched, unless down takes it with its service': (
    { command },
    { before, observed, after },
  ) => {
    if (command.name === 'down' && command.removeOrphans === true) return [];
    const running = observed.containers.filter(
      (container) => container.labels[labels.oneOff] === 'True' && container.state === 'running',
    );
    return changed(
      'one-off',
      running.map(({ id }) => [id, before.containers.get(id)] as const),
      after.containers,
    );
  },

  'no volume is lost without a yes': ({ command }, { project, before, after }) => {
    if (command.name === 'down' && command.volumes === true) return [];
    const approved = new Set(
      command.name === 'up' && command.answer === 'yes'
        ? [...project.volumes.values()].map(({ name }) => name)
        : [],
    );
    // What the image of a helper brings along has never been anybody's; ours hold copies of what is elsewhere.
    const ofHelpers = new Set(
      [...before.containers.values()]
        .filter(({ spec }) => spec.labels[labels.hook] !== undefined)
        .flatMap((helper) => anonymousMounts(before, helper).map(({ volume }) => volume)),
    );
    return [...before.volumes]
      .filter(([name, volume]) => !ofHelpers.has(name) && volume.labels[labels.ownVolume] === undefined)
      .filter(([name]) => !approved.has(name) && after.volumes.get(name) !== before.volumes.get(name))
      .map(([name]) => `volume ${name}`);
  },

  'secrets stay only where a container needs them': ({ command }, { project, before, after }) => {
    if (command.name !== 'up' && command.name !== 'down') return [];
    const ids = new Set<string>(after.containers.keys());
    const needed = new Set(
      [...after.containers.values()].flatMap(({ spec, mounts }) => [
        spec.labels[labels.filesVolume],
        ...mounts.map((mount) => (mount.kind === 'volume' ? mount.volume : undefined)),
      ]),
    );
    return [...after.volumes.values()]
      .filter((volume) => volume.labels[labels.project] === project.name)
      .filter((volume) => volume.labels[labels.ownVolume] !== undefined)
      .filter((volume) => !needed.has(volume.name) && !ids.has(volume.labels[labels.notedContainer] ?? ''))
      .map(({ name }) => `volume ${name}${before.volumes.has(name) ? '' : ', new'}`);
  },

  'hooks run after every start and before every stop': ({ command }, { whole, project, observed, plan }) => {
    const services = command.name === 'up' ? project.services : whole.services;
    if (command.name !== 'up' && command.withoutFile === true) return [];
    return plan.steps.flatMap((step) => {
      if (step.kind !== 'container.stop' && step.kind !== 'container.start') return [];
      const { container } = step.input;
      const seen =
        container.kind === 'existing' ? observed.containers.find(({ id }) => id === container.id) : undefined;
      const service = services.get(
        step.kind === 'container.start'
          ? step.input.service
          : ((seen?.labels[labels.service] ?? '') as ServiceName),
      );
      if (service === undefined) return [];
      const hook = step.kind === 'container.stop' ? 'pre_stop' : 'post_start';
      const isDue =
        step.kind === 'container.stop'
          ? seen?.state === 'running' || seen?.state === 'restarting'
          : seen?.state !== 'paused';
      const hooks = plan.steps.filter(
        (each) =>
          each.kind === 'hook.exec' &&
          each.input.hook === hook &&
          JSON.stringify(each.input.container) === JSON.stringify(container),
      );
      const wanted = isDue ? (service[hook] ?? []).length : 0;
      return hooks.length === wanted ? [] : [`${step.id}: ${hooks.length} of ${wanted} ${hook}`];
    });
  },

  'a replaced container has the anonymous volumes of its predecessor': ({ command }, { before, after }) => {
    if (command.name === 'up' && command.renewAnonymousVolumes === true) return [];
    const successors = byReplica(after);
    return [...byReplica(before)].flatMap(([replica, [old, twin]]) => {
      const [successor, second] = successors.get(replica) ?? [];
      if (old === undefined || twin !== undefined || successor === undefined || second !== undefined)
        return [];
      // Somebody else's volume may be mounted there now.
      if (successor.spec.volumesFrom.length > 0) return [];
      return anonymousMounts(before, old).flatMap(({ target, volume }) => {
        const now = anonymousMounts(after, successor).find((mount) => mount.target === target);
        return now === undefined || now.volume === volume ? [] : [`${replica} ${target}: ${volume}`];
      });
    });
  },

  'services that were not named are left alone': ({ command }, { whole, project, before, after }) => {
    if (command.services.length === 0 || command.name !== 'up') return [];
    const others = [...before.containers].filter(
      ([, { spec }]) =>
        whole.services.has(spec.service) &&
        !project.services.has(spec.service) &&
        spec.labels[labels.oneOff] !== 'True' &&
        spec.labels[labels.hook] !== 'files',
    );
    return changed('container', others, after.containers);
  },

  'nothing starts before what it needs is ready': (
    { command },
    { project, restarting, starts, after, completed },
  ) => {
    if (command.name !== 'up') return [];
    const remaining = [...after.containers.values()].filter((container) => isReplica(container, project));
    return starts.flatMap(({ service, container, before }) =>
      [...(project.services.get(service)?.depends_on ?? [])].flatMap(([name, { condition }]) => {
        if (!project.services.has(name)) return [];
        return remaining
          .filter(({ spec }) => spec.service === name)
          .filter(({ id }) => !restarting.has(id))
          .filter(({ id }) => !isReady(before.containers.get(id), condition, completed.has(id)))
          .map(
            (dependency) => `${service} (${container.slice(0, 6)}) before ${dependency.name} is ${condition}`,
          );
      }),
    );
  },

  'who asked to be restarted with a dependency is': (
    { command },
    { project, observed, plan, starts, after },
  ) => {
    if (command.name !== 'up' || command.noStart === true) return [];
    const started = new Set(starts.map(({ container }) => container));
    const replaced = new Set(
      plan.steps.flatMap((step) =>
        step.kind === 'container.create' && step.input.spec.labels[labels.replace] !== undefined
          ? [step.input.spec.service]
          : [],
      ),
    );
    return observed.containers
      .filter(({ id, state }) => state === 'running' && after.containers.has(id) && !started.has(id))
      .flatMap((container) => {
        const service = [...project.services.values()].find(
          ({ name }) =>
            name === container.labels[labels.service] && container.labels[labels.oneOff] !== 'True',
        );
        return [...(service?.depends_on ?? [])]
          .filter(([name, { restart }]) => restart === true && replaced.has(name))
          .map(([name]) => `${container.name} goes on while ${name} is replaced`);
      });
  },

  'up leaves as many running replicas as were asked for': (
    { command },
    { project, restarting, again, after, completed },
  ) => {
    if (command.name !== 'up' || command.noStart === true || again === undefined) return [];
    return [...project.services.values()].flatMap((service) => {
      const own = [...after.containers.values()].filter(
        (container) => container.spec.service === service.name && isReplica(container, project),
      );
      const running = own.filter(
        ({ id, state }) => state.kind === 'running' || completed.has(id) || restarting.has(id),
      );
      const wanted = service.scale ?? 1;
      return running.length === wanted && own.length === wanted
        ? []
        : [`${service.name}: ${running.length} of ${own.length} run, wanted ${wanted}`];
    });
  },

  'down leaves nothing that it was to take': ({ command }, { whole, project, after }) => {
    if (command.name !== 'down' || command.services.length > 0) return [];
    const isOwn = (own: Readonly<Record<string, string>>) => own[labels.project] === project.name;
    const helpers = [...after.containers.values()].filter(
      ({ spec }) =>
        isOwn(spec.labels) &&
        spec.labels[labels.hook] !== undefined &&
        (command.withoutFile === true || whole.services.has(spec.service)),
    );
    const left = [...after.containers.values()].filter(
      ({ spec }) =>
        isOwn(spec.labels) &&
        spec.labels[labels.configHash] !== undefined &&
        (command.removeOrphans === true
          ? command.withoutFile === true || spec.labels[labels.oneOff] !== 'True'
          : spec.labels[labels.oneOff] !== 'True' &&
            (command.withoutFile === true || whole.services.has(spec.service))) &&
        !(command.withoutFile !== true && whole.disabledServices.has(spec.service)),
    );
    return [...helpers, ...left].map(({ name }) => `container ${name}`);
  },
};

/** One of the project's, no one-off, and made by a tool that takes care of it. */
function isReplica({ spec }: FakeContainer, { name }: Project): boolean {
  return (
    spec.labels[labels.project] === name &&
    spec.labels[labels.oneOff] !== 'True' &&
    spec.labels[labels.configHash] !== undefined
  );
}

/** What happens to a command's claims is only worth knowing when the command could run. */
export function wasRefused({ again }: Played): boolean {
  return again === undefined;
}

function changed<Item>(
  kind: string,
  before: Iterable<readonly [string, Item]>,
  after: ReadonlyMap<string, Item>,
): readonly string[] {
  return [...before].flatMap(([key, item]) =>
    after.get(key) === item
      ? []
      : [`${kind} ${nameOf(item) ?? key} is ${after.has(key) ? 'changed' : 'gone'}`],
  );
}

function nameOf(item: unknown): string | undefined {
  return (item as { readonly name?: string } | undefined)?.name;
}

function byReplica({ containers }: EngineState): ReadonlyMap<string, readonly FakeContainer[]> {
  const replicas = new Map<string, FakeContainer[]>();
  for (const container of containers.values()) {
    const own = container.spec.labels;
    if (own[labels.oneOff] === 'True' || own[labels.configHash] === undefined) continue;
    const replica = `${own[labels.service]}/${own[labels.containerNumber]}`;
    replicas.set(replica, [...(replicas.get(replica) ?? []), container]);
  }
  return replicas;
}

/** Volumes at paths for which the definition names none: a VOLUME of the image, or one without a name. */
function anonymousMounts(state: EngineState, { mounts }: FakeContainer) {
  return mounts.flatMap((mount) =>
    mount.kind === 'volume' && state.volumes.get(mount.volume)?.anonymous === true ? [mount] : [],
  );
}

function isReady(container: FakeContainer | undefined, condition: string, hasCompleted: boolean): boolean {
  if (container === undefined) return false;
  const { state } = container;
  if (condition === 'service_completed_successfully') return state.kind === 'exited' && state.exitCode === 0;
  // One that others wait for to end may have ended.
  if (state.kind === 'exited') return hasCompleted && state.exitCode === 0;
  if (state.kind !== 'running') return false;
  return condition !== 'service_healthy' || state.health === 'healthy' || state.health === 'none';
}
