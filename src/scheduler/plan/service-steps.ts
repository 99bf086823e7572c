import type { Service } from '../../compose/index.ts';
import { type ServiceName, type StepId, stepId } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import { imageName } from '../../images/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { InheritableVolume } from '../../volumes/index.ts';
import { containerName, containerSpec } from '../desired/index.ts';
import type { UnchangedResource } from '../events.ts';
import { created, existing } from './container-ref.ts';
import { createGates, type Gates } from './gates.ts';
import { serviceLinks } from './links.ts';
import { removalSteps } from './orphans.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { currentHash, type Representatives, serviceParents } from './recreate.ts';
import { finalNameOf, leaveSubject, type ReplicaDecision } from './replicas.ts';
import type { ResourcePlan } from './resources.ts';
import { type ContainerRef, type Step, step } from './steps.ts';
import type { UpInput } from './up-input.ts';
import { waitPositions } from './wait-positions.ts';

export interface ServicesInput {
  readonly input: UpInput;
  /** Dependencies first. */
  readonly order: readonly Service[];
  readonly decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>;
  readonly representatives: Representatives;
  readonly networks: ResourcePlan;
  readonly volumes: ResourcePlan;
  readonly images: ResourcePlan;
  /** The steps after which names of containers are free that the plan takes away. */
  readonly freedNames: ReadonlyMap<string, StepId>;
}

export interface ServicesPlan {
  readonly steps: readonly Step[];
  readonly unchanged: readonly UnchangedResource[];
}

export function planServices(context: ServicesInput): ServicesPlan {
  const builder = new ServicePlanBuilder(context);
  for (const service of context.order) builder.addService(service);
  builder.addFinalWaits();
  return { steps: builder.steps, unchanged: builder.unchanged };
}

class ServicePlanBuilder {
  readonly steps: Step[] = [];
  readonly unchanged: UnchangedResource[] = [];
  readonly #context: ServicesInput;
  readonly #replicas = new Map<ServiceName, PlannedReplica[]>();
  readonly #gates: Gates;

  constructor(context: ServicesInput) {
    this.#context = context;
    const { project, policy } = context.input;
    const services = [...project.services.values()];
    this.#gates = createGates(
      { ...policy, services, positionsOf: waitPositions(context.input) },
      this.#replicas,
      this.steps,
    );
  }

  addService(service: Service): void {
    const planned: PlannedReplica[] = [];
    this.#replicas.set(service.name, planned);
    for (const decision of this.#context.decisions.get(service.name) ?? []) {
      const replica = this.#addReplica(service, decision);
      if (replica !== undefined) planned.push(replica);
    }
  }

  addFinalWaits(): void {
    if (this.#context.input.policy.wait) this.#gates.addFinalWaits(this.#context.order);
  }

  #addReplica(service: Service, decision: ReplicaDecision): PlannedReplica | undefined {
    switch (decision.kind) {
      case 'keep':
        return this.#keep(service, decision.container, decision.number);
      case 'start':
        return this.#start(service, decision.container, decision.number);
      case 'create':
        return this.#create(service, decision.number, decision.reason);
      case 'recreate':
        return this.#recreate(service, decision);
      case 'replace':
        return this.#replace(service, decision.container, decision.number, decision.reason);
      case 'remove':
        this.steps.push(
          ...removalSteps(decision.container, decision.reason, this.#context.input.policy.timeoutSeconds),
        );
        return undefined;
    }
  }

  /** Runs already; restarted all the same when it asked to be restarted together with a dependency. */
  #keep(service: Service, container: ObservedContainer, number: number): PlannedReplica {
    const ref = existing(container);
    const name = finalNameOf(container);
    const rename = this.#rename(service, container, number, name);
    const cause = this.#restartingDependency(service);
    if (cause === undefined || !this.#context.input.policy.start) {
      if (rename === undefined) this.unchanged.push({ type: 'Container', name, state: 'Running' });
      return { number, ref, observed: container };
    }
    const reason = `depends_on.${cause}.restart is set and "${cause}" is recreated`;
    const stop = this.#stop(service, container, number, reason, []);
    return {
      number,
      ref,
      observed: container,
      start: this.#startStep(
        service,
        number,
        ref,
        name,
        reason,
        rename === undefined ? [stop] : [stop, rename],
      ),
    };
  }

  #start(service: Service, container: ObservedContainer, number: number): PlannedReplica {
    const ref = existing(container);
    const name = finalNameOf(container);
    const rename = this.#rename(service, container, number, name);
    if (!this.#context.input.policy.start) {
      this.unchanged.push({ type: 'Container', name, state: 'Created' });
      return { number, ref, observed: container };
    }
    const needs = rename === undefined ? [] : [rename];
    const start = this.#startStep(service, number, ref, name, `it is ${container.state}`, needs);
    return { number, ref, observed: container, start };
  }

  #create(service: Service, number: number, reason: string): PlannedReplica {
    const name = containerName(this.#context.input.project, service, number);
    const create = this.#createStep(service, number, { as: name, inherit: [], reason, needs: [] });
    return this.#startCreated(service, number, name, create, [create], reason);
  }

  /**
   * create under a temporary name -> stop the old one -> remove it -> take its name -> start. The old one is never
   * removed before there is a successor: until then it alone knows which anonymous volumes hold its data.
   */
  #recreate(
    service: Service,
    { container: old, number, reason, leaves }: Extract<ReplicaDecision, { kind: 'recreate' }>,
  ): PlannedReplica {
    const name = containerName(this.#context.input.project, service, number);
    const create = this.#createStep(service, number, {
      as: `${old.id.slice(0, 12)}_${name}`,
      inherit: this.#inheritable(old),
      reason,
      needs: [],
      replaces: old,
    });
    // The old container serves until what the new one depends on is ready, unless a network that it uses or a
    // dependency for whose sake it restarts has to go away first, or it has a name that another may be waiting for.
    const early = leaves.length > 0 || old.name !== name || this.#restartingDependency(service) !== undefined;
    const gated = !early && this.#context.input.policy.start;
    const gate = gated ? this.#gates.of(service) : { needs: [], after: [] };
    const stop = this.#stop(service, old, number, reason, early ? [] : [create, ...gate.needs], gate.after);
    const left = leaves.map((network) => this.#leave(service, old, number, network, reason, stop));
    const remove = this.#remove(service, old, number, reason, early ? [create, stop, ...left] : [stop]);
    const rename = step(
      'container.rename',
      `${service.name}/${number}`,
      { container: created(create, name), name },
      { resource: { type: 'Container', name }, reason, needs: [create, remove, ...this.#freed(name)] },
    );
    this.steps.push(rename);
    return this.#startCreated(service, number, name, create, [rename.id], reason);
  }

  /** stop and remove the old one -> (what it held is made anew) -> create -> start. */
  #replace(service: Service, old: ObservedContainer, number: number, reason: string): PlannedReplica {
    const name = containerName(this.#context.input.project, service, number);
    const stop = this.#stop(service, old, number, reason, []);
    const remove = this.#remove(service, old, number, reason, [stop]);
    const inherit = this.#inheritable(old).filter(
      (volume) => !this.#context.volumes.rebuilt.has(volume.name),
    );
    const create = this.#createStep(service, number, {
      as: name,
      inherit,
      reason,
      needs: [remove],
      replaces: old,
    });
    return this.#startCreated(service, number, name, create, [create], reason);
  }

  #startCreated(
    service: Service,
    number: number,
    name: string,
    create: StepId,
    needs: readonly StepId[],
    reason: string,
  ): PlannedReplica {
    const ref = created(create, name);
    if (!this.#context.input.policy.start) return { number, ref, create };
    return { number, ref, create, start: this.#startStep(service, number, ref, name, reason, needs) };
  }

  #createStep(
    service: Service,
    number: number,
    options: {
      readonly as: string;
      readonly inherit: readonly InheritableVolume[];
      readonly reason: string;
      readonly needs: readonly StepId[];
      readonly replaces?: ObservedContainer;
    },
  ): StepId {
    const { input, representatives, networks, volumes, images } = this.#context;
    const image = imageName(input.project, service);
    const spec = containerSpec(input.project, service, {
      number,
      links: serviceLinks(input.project, service, number, this.#replicas),
    });
    const parents = serviceParents(service).flatMap((name) => this.#replicas.get(name) ?? []);
    const parentSteps = parents.flatMap((replica) => (replica.create === undefined ? [] : [replica.create]));
    const digest = images.readyBy.has(image) ? undefined : input.observed.images.get(image)?.digest;
    const needs = [
      ...options.needs,
      ...this.#freed(options.as),
      ...(service.networks === undefined
        ? []
        : [...service.networks.keys()].map((key) =>
            networks.readyBy.get(input.project.networks.get(key)?.name ?? key),
          )),
      ...(service.volumes ?? []).map((volume) =>
        volume.type === 'volume' && volume.source !== undefined
          ? volumes.readyBy.get(input.project.volumes.get(volume.source)?.name ?? volume.source)
          : undefined,
      ),
      images.readyBy.get(image),
      ...parentSteps,
    ].filter((id) => id !== undefined);
    const creation = step(
      'container.create',
      `${service.name}/${number}`,
      {
        spec:
          options.replaces === undefined
            ? spec
            : { ...spec, labels: { ...spec.labels, [labels.replace]: replacedName(service, number) } },
        as: options.as,
        inherit: options.inherit,
        ...(parentSteps.length === 0 ? { hash: currentHash(service, representatives) } : {}),
        ...(digest === undefined ? {} : { imageDigest: digest }),
      },
      { resource: { type: 'Container', name: spec.name }, reason: options.reason, needs },
    );
    this.steps.push(creation);
    return creation.id;
  }

  #startStep(
    service: Service,
    number: number,
    container: ContainerRef,
    name: string,
    reason: string,
    needs: readonly StepId[],
  ): StepId {
    const gate = this.#gates.of(service);
    const start = step(
      'container.start',
      `${service.name}/${number}`,
      { container, service: service.name },
      {
        resource: { type: 'Container', name },
        reason,
        needs: [...needs, ...gate.needs],
        after: gate.after,
      },
    );
    this.steps.push(start);
    return start.id;
  }

  #stop(
    service: Service,
    container: ObservedContainer,
    number: number,
    reason: string,
    needs: readonly StepId[],
    after: readonly StepId[] = [],
  ): StepId {
    const { timeoutSeconds } = this.#context.input.policy;
    const stop = step(
      'container.stop',
      `${service.name}/${number}`,
      { container: existing(container), ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) },
      {
        resource: { type: 'Container', name: finalNameOf(container) },
        reason,
        needs,
        after: [...after, ...this.#stopsOfRestartedDependents(service)],
      },
    );
    this.steps.push(stop);
    return stop.id;
  }

  #leave(
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
    this.steps.push(leave);
    return leave.id;
  }

  /** The network that a container is in: by id, because its name may be ambiguous. */
  #networkId(container: ObservedContainer, name: string): string {
    const endpoint = container.networks.find(({ network }) => network === name);
    const known = this.#context.input.observed.networks.find((network) => network.name === name);
    return endpoint?.networkId ?? known?.id ?? name;
  }

  #remove(
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
      { container: existing(container), volumes: false },
      { resource: { type: 'Container', name: finalNameOf(container) }, reason, needs },
    );
    this.steps.push(remove);
    return remove.id;
  }

  /** Whoever has a name now must be gone before another container gets it. */
  #freed(name: string): readonly StepId[] {
    const step = this.#context.freedNames.get(name);
    return step === undefined ? [] : [step];
  }

  /** Ends a replacement that an earlier run had to leave half-done. */
  #rename(service: Service, container: ObservedContainer, number: number, name: string): StepId | undefined {
    if (name === container.name) return undefined;
    const rename = step(
      'container.rename',
      `${service.name}/${number}`,
      { container: existing(container), name },
      {
        resource: { type: 'Container', name },
        reason: 'an interrupted run left it under a temporary name',
        needs: this.#freed(name),
      },
    );
    this.steps.push(rename);
    return rename.id;
  }

  #inheritable(old: ObservedContainer): readonly InheritableVolume[] {
    if (this.#context.input.policy.renewAnonymousVolumes) return [];
    return old.mounts.flatMap((mount) =>
      mount.kind === 'volume' && mount.name !== undefined ? [{ name: mount.name, target: mount.target }] : [],
    );
  }

  /** The dependency for whose replacement this service asked to be restarted. */
  #restartingDependency(service: Service): ServiceName | undefined {
    return [...(service.depends_on ?? [])].find(
      ([name, dependency]) => dependency.restart === true && this.#isReplaced(name),
    )?.[0];
  }

  #stopsOfRestartedDependents(service: Service): readonly StepId[] {
    if (!this.#context.input.policy.start || !this.#isReplaced(service.name)) return [];
    return this.#context.order
      .filter((dependent) => dependent.depends_on?.get(service.name)?.restart === true)
      .flatMap((dependent) =>
        (this.#context.decisions.get(dependent.name) ?? []).flatMap((decision) =>
          decision.kind === 'keep' || decision.kind === 'recreate' || decision.kind === 'replace'
            ? [stepId('container.stop', `${dependent.name}/${decision.number}`)]
            : [],
        ),
      );
  }

  #isReplaced(name: ServiceName): boolean {
    return (this.#context.decisions.get(name) ?? []).some(
      ({ kind }) => kind === 'recreate' || kind === 'replace',
    );
  }
}

/** What docker compose writes into the label by which its event listener tells a replacement from a new container. */
function replacedName(service: Service, number: number): string {
  return service.container_name ?? `${service.name}-${number}`;
}
