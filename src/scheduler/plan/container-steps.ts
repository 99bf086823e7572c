import type { Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { VolumeSpec } from '../../volumes/index.ts';
import { carriedFiles, filesVolume } from '../desired/index.ts';
import { type CreationOptions, creationStep } from './container-creation.ts';
import { created, existing, mountedIn } from './container-ref.ts';
import { type ContentAct, noteSteps } from './content.ts';
import type { Gates } from './gates.ts';
import { hookSteps, lastOf, leftHookRemoval, preStartSteps, preStopSteps } from './hooks.ts';
import { isRunning, serviceOf } from './observed.ts';
import { stopId } from './orphans.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { finalNameOf, leaveSubject } from './replicas.ts';
import type { Restarts } from './restarts.ts';
import type { ServicesInput } from './services-input.ts';
import { type ContainerRef, type Step, step } from './steps.ts';
import type { OneOff } from './up-input.ts';

/** What the steps of all services of a plan share while they are made. */
export interface StepParts {
  /** Where each step goes. */
  readonly steps: Step[];
  /** As far as they are planned. */
  readonly replicas: ReadonlyMap<ServiceName, readonly PlannedReplica[]>;
  readonly gates: Gates;
  readonly restarts: Restarts;
}

/** Makes the single steps that a replica's life consists of; who calls decides which, and in which order. */
export class ContainerSteps {
  readonly #context: ServicesInput;
  readonly #parts: StepParts;
  /** The last `post_start` of the replica before. */
  readonly #lastHook = new Map<ServiceName, readonly StepId[]>();
  /** The last `pre_start` of a service: every start of the plan waits for it. */
  readonly #preStarts = new Map<ServiceName, readonly StepId[]>();

  constructor(context: ServicesInput, parts: StepParts) {
    this.#context = context;
    this.#parts = parts;
  }

  create(service: Service, number: number, options: CreationOptions): StepId {
    const volume = this.#filesVolume(service);
    const filled = volume === undefined ? [] : this.#fill(service, volume);
    const needs = [...options.needs, ...this.#freed(options.as), ...filled];
    const creation = creationStep(this.#context, this.#parts.replicas, service, number, {
      ...options,
      needs,
      ...(volume === undefined ? {} : { filesVolume: volume.name }),
    });
    this.#parts.steps.push(creation);
    return creation.id;
  }

  #filesVolume(service: Service): VolumeSpec | undefined {
    const { project, contents, observed } = this.#context.input;
    const files = carriedFiles(project, service, contents);
    return files.length === 0 ? undefined : filesVolume(project, service, files, observed.volumes);
  }

  /** Once for all replicas of a service. */
  #fill(service: Service, volume: VolumeSpec): readonly StepId[] {
    const { input, images } = this.#context;
    const image = imageName(input.project, service);
    const ready = images.readyBy.get(image);
    // A container is made only when its volume is full, and what is in that never changes.
    const { containers, volumes } = input.observed;
    const isFull =
      volumes.some(({ name }) => name === volume.name) &&
      containers.some(({ labels: own }) => own[labels.filesVolume] === volume.name);
    if (isFull) return [];
    const fill = step(
      'volume.fill',
      service.name,
      { spec: volume, service: service.name, image },
      {
        resource: { type: 'Volume', name: volume.name },
        reason: `configs and secrets of "${service.name}" cannot be put into its containers`,
        needs: ready === undefined ? [] : [ready],
      },
    );
    if (!this.#parts.steps.some(({ id }) => id === fill.id)) this.#parts.steps.push(fill);
    return [fill.id];
  }

  start(
    service: Service,
    number: number,
    container: ContainerRef,
    name: string,
    reason: string,
    needs: readonly StepId[],
  ): StepId {
    const observed = this.#observed(container);
    const gate = this.#parts.gates.of(service);
    const ready = [...needs, ...gate.needs, ...this.#context.occupants.stopsBefore(service)];
    const before = this.#preStart(service, ready, gate.after);
    const start = step(
      'container.start',
      `${service.name}/${number}`,
      { container, service: service.name, ...mountedIn(observed, service) },
      {
        resource: { type: 'Container', name },
        reason,
        needs: [...ready, ...before],
        after: gate.after,
      },
    );
    // One that was only paused goes on: it was started long ago.
    const begins = observed?.state === 'paused' ? { ...service, post_start: [] } : service;
    const hooks = hookSteps(begins, 'post_start', {
      subject: `${service.name}/${number}`,
      container,
      name,
      needs: [start.id],
      // Replica by replica, as people who write to one database in a hook rely on.
      after: this.#lastHook.get(service.name) ?? [],
    });
    this.#parts.steps.push(start, ...hooks);
    if (hooks.length > 0) this.#lastHook.set(service.name, lastOf(hooks, []));
    return lastOf(hooks, [start.id])[0] ?? start.id;
  }

  /** A container beside the replicas, started when what the service depends on is ready. */
  oneOff(service: Service, oneOff: OneOff): void {
    const { name } = oneOff;
    const reason = `"${service.name}" is to run once`;
    const create = this.create(service, 1, { as: name, inherit: [], reason, needs: [], oneOff });
    const container = created(create, name);
    const gate = this.#parts.gates.of(service);
    const start = step(
      'container.start',
      name,
      { container, service: service.name },
      { resource: { type: 'Container', name }, reason, needs: [create, ...gate.needs], after: gate.after },
    );
    const hooks = hookSteps(service, 'post_start', {
      subject: name,
      container,
      name,
      needs: [start.id],
      after: [],
    });
    this.#parts.steps.push(start, ...hooks);
  }

  stop(
    service: Service,
    container: ObservedContainer,
    number: number,
    reason: string,
    needs: readonly StepId[],
    after: readonly StepId[] = [],
  ): StepId {
    const { timeoutSeconds } = this.#context.input.policy;
    const before = [...after, ...this.#parts.restarts.stopsBefore(service)];
    const hooks = preStopSteps(service, container, {
      subject: `${service.name}/${number}`,
      needs,
      after: before,
      timeoutSeconds,
    });
    this.#parts.steps.push(...hooks);
    const stop = step(
      'container.stop',
      `${service.name}/${number}`,
      {
        container: existing(container),
        service: service.name,
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      },
      {
        resource: { type: 'Container', name: finalNameOf(container) },
        reason,
        needs: [...needs, ...lastOf(hooks, [])],
        after: before,
      },
    );
    this.#parts.steps.push(stop);
    return stop.id;
  }

  #observed(container: ContainerRef): ObservedContainer | undefined {
    return container.kind === 'created'
      ? undefined
      : this.#context.input.observed.containers.find(({ id }) => id === container.id);
  }

  /** Once for a service, and only while none of its replicas runs; `needs` are those of its first start. */
  #preStart(service: Service, needs: readonly StepId[], after: readonly StepId[]): readonly StepId[] {
    const known = this.#preStarts.get(service.name);
    if (known !== undefined) return known;
    const { input, decisions } = this.#context;
    const runs = (decisions.get(service.name) ?? []).some(
      (decision) =>
        (decision.kind === 'keep' && isRunning(decision.container)) ||
        (decision.kind === 'start' && decision.container.state === 'paused'),
    );
    const swept = (input.observed.hookContainers ?? [])
      // Helpers that filled a volume go in any case.
      .filter(({ labels: own }) => own[labels.hook] !== 'files')
      .filter((container) => serviceOf(container) === service.name)
      .map((container) => leftHookRemoval(container));
    const images = (service.pre_start ?? []).flatMap(
      ({ image }) => (image === undefined ? undefined : this.#context.images.readyBy.get(image)) ?? [],
    );
    const before = [...needs, ...images, ...swept.map(({ id }) => id), ...this.#stopsOfAll(service)];
    const hooks = runs ? [] : preStartSteps(input.project, service, before, after);
    this.#parts.steps.push(...(hooks.length === 0 ? [] : swept), ...hooks);
    const last = lastOf(hooks, []);
    this.#preStarts.set(service.name, last);
    return last;
  }

  /** By which none of a service's replicas that the plan takes away runs any more. */
  #stopsOfAll(service: Service): readonly StepId[] {
    return (this.#context.decisions.get(service.name) ?? []).flatMap((decision) => {
      switch (decision.kind) {
        case 'recreate':
        case 'replace':
          return [stepId('container.stop', `${service.name}/${decision.number}`)];
        case 'remove':
          return isRunning(decision.container) ? [stopId(decision.container)] : [];
        default:
          return [];
      }
    });
  }

  /** Has a running container read its configs and secrets again. */
  signal(
    service: Service,
    container: ObservedContainer,
    number: number,
    { signal = '', reason }: ContentAct,
    needs: readonly StepId[],
  ): void {
    const tell = step(
      'container.signal',
      `${service.name}/${number}`,
      { container: existing(container), service: service.name, signal },
      { resource: { type: 'Container', name: finalNameOf(container) }, reason, needs },
    );
    this.#parts.steps.push(tell);
    this.note(service, container, tell.id);
  }

  /** Notes which content of configs and secrets a container has from a step on. */
  note(service: Service, container: ObservedContainer, told: StepId): void {
    this.#parts.steps.push(...noteSteps(this.#context.input, service, container, told));
  }

  leave(
    service: Service,
    container: ObservedContainer,
    number: number,
    network: string,
    reason: string,
    stop: StepId,
  ): StepId {
    const leave = step(
      'network.disconnect',
      leaveSubject(service.name, number, network),
      { container: existing(container), network: this.#networkId(container, network) },
      { resource: { type: 'Container', name: finalNameOf(container) }, reason, needs: [stop] },
    );
    this.#parts.steps.push(leave);
    return leave.id;
  }

  remove(
    service: Service,
    container: ObservedContainer,
    number: number,
    reason: string,
    needs: readonly StepId[],
  ): StepId {
    const remove = step(
      'container.remove',
      `${service.name}/${number}`,
      // Its anonymous volumes stay: the successor inherits them, and data is never lost by a recreation.
      { container: existing(container), service: service.name, volumes: false },
      { resource: { type: 'Container', name: finalNameOf(container) }, reason, needs },
    );
    this.#parts.steps.push(remove);
    return remove.id;
  }

  /** Ends a replacement that an earlier run had to leave half-done. */
  finishRename(
    service: Service,
    container: ObservedContainer,
    number: number,
    name: string,
  ): StepId | undefined {
    if (name === container.name) return undefined;
    const reason = 'an interrupted run left it under a temporary name';
    return this.rename(service, number, existing(container), { name, reason, needs: [] });
  }

  /** Gives a container its final name, once nobody else has it. */
  rename(
    service: Service,
    number: number,
    container: ContainerRef,
    options: { readonly name: string; readonly reason: string; readonly needs: readonly StepId[] },
  ): StepId {
    const { name, reason, needs } = options;
    const rename = step(
      'container.rename',
      `${service.name}/${number}`,
      { container, service: service.name, name },
      { resource: { type: 'Container', name }, reason, needs: [...needs, ...this.#freed(name)] },
    );
    this.#parts.steps.push(rename);
    return rename.id;
  }

  /** The network that a container is in: by id, because its name may be ambiguous. */
  #networkId(container: ObservedContainer, name: string): string {
    const endpoint = container.networks.find(({ network }) => network === name);
    const known = this.#context.input.observed.networks.find((network) => network.name === name);
    return endpoint?.networkId ?? known?.id ?? name;
  }

  /** Whoever has a name now must be gone before another container gets it. */
  #freed(name: string): readonly StepId[] {
    const step = this.#context.freedNames.get(name);
    return step === undefined ? [] : [step];
  }
}
