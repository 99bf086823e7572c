import type { Service } from '../../compose/index.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import type { InheritableVolume } from '../../volumes/index.ts';
import { containerName } from '../desired/index.ts';
import type { UnchangedResource } from '../events.ts';
import { networksReady } from './container-creation.ts';
import { created, existing } from './container-ref.ts';
import { ContainerSteps } from './container-steps.ts';
import { createGates, type Gates } from './gates.ts';
import { removalSteps } from './orphans.ts';
import type { PlannedReplica } from './planned-replica.ts';
import { finalNameOf, type ReplicaDecision, type Staying } from './replicas.ts';
import { type Restarts, restartsOf } from './restarts.ts';
import type { ServicesInput } from './services-input.ts';
import type { Step } from './steps.ts';
import { waitPositions } from './wait-positions.ts';

export interface ServicesPlan {
  readonly steps: readonly Step[];
  readonly unchanged: readonly UnchangedResource[];
}

export function planServices(context: ServicesInput): ServicesPlan {
  const builder = new ServicePlanBuilder(context);
  for (const service of context.order) builder.addService(service);
  builder.addOneOff();
  builder.addFinalWaits();
  return { steps: builder.steps, unchanged: builder.unchanged };
}

class ServicePlanBuilder {
  readonly steps: Step[] = [];
  readonly unchanged: UnchangedResource[] = [];
  readonly #context: ServicesInput;
  readonly #replicas = new Map<ServiceName, PlannedReplica[]>();
  readonly #gates: Gates;
  readonly #restarts: Restarts;
  readonly #make: ContainerSteps;

  constructor(context: ServicesInput) {
    this.#context = context;
    const { project, policy } = context.input;
    const services = [...project.services.values()];
    this.#gates = createGates(
      { ...policy, services, positionsOf: waitPositions(context.input) },
      this.#replicas,
      this.steps,
    );
    this.#restarts = restartsOf(context);
    this.#make = new ContainerSteps(context, {
      steps: this.steps,
      replicas: this.#replicas,
      gates: this.#gates,
      restarts: this.#restarts,
    });
  }

  addService(service: Service): void {
    const planned: PlannedReplica[] = [];
    this.#replicas.set(service.name, planned);
    for (const decision of this.#context.decisions.get(service.name) ?? []) {
      const replica = this.#addReplica(service, decision);
      if (replica !== undefined) planned.push(replica);
    }
  }

  addOneOff(): void {
    const { project, policy } = this.#context.input;
    const service = policy.oneOff && project.services.get(policy.oneOff.service);
    if (policy.oneOff !== undefined && service !== undefined) this.#make.oneOff(service, policy.oneOff);
  }

  addFinalWaits(): void {
    const { wait, start } = this.#context.input.policy;
    if (wait && start) this.#gates.addFinalWaits(this.#context.order);
  }

  #addReplica(service: Service, decision: ReplicaDecision): PlannedReplica | undefined {
    switch (decision.kind) {
      case 'keep':
        return this.#keep(service, decision);
      case 'start':
        return this.#start(service, decision);
      case 'create':
        return this.#create(service, decision.number, decision.reason);
      case 'recreate':
        return this.#recreate(service, decision);
      case 'replace':
        return this.#replace(service, decision.container, decision.number, decision.reason);
      case 'remove':
        this.steps.push(
          ...removalSteps(
            decision.container,
            decision.reason,
            this.#context.input.policy.timeoutSeconds,
            service,
          ),
        );
        return undefined;
    }
  }

  /**
   * Runs already; restarted or signalled all the same when it asked for that: together with a dependency, or for a new
   * content of its configs and secrets.
   */
  #keep(service: Service, { container, number, content }: Staying<'keep'>): PlannedReplica {
    const ref = existing(container);
    const name = finalNameOf(container);
    const rename = this.#make.finishRename(service, container, number, name);
    const needs = rename === undefined ? [] : [rename];
    const replica = { number, ref, observed: container };
    const { start: starts } = this.#context.input.policy;
    const reason =
      this.#restarts.reasonFor(service) ?? (content?.kind === 'restart' ? content.reason : undefined);
    if (reason !== undefined && starts) {
      const stop = this.#make.stop(service, container, number, reason, []);
      const start = this.#make.start(service, number, ref, name, reason, [stop, ...needs]);
      this.#make.note(service, container, start);
      return { ...replica, start };
    }
    if (content?.kind === 'signal' && starts) this.#make.signal(service, container, number, content, needs);
    else if (rename === undefined) this.unchanged.push({ type: 'Container', name, state: 'Running' });
    return replica;
  }

  #start(service: Service, { container, number, content }: Staying<'start'>): PlannedReplica {
    const ref = existing(container);
    const name = finalNameOf(container);
    const rename = this.#make.finishRename(service, container, number, name);
    if (!this.#context.input.policy.start) {
      this.unchanged.push({ type: 'Container', name, state: 'Created' });
      return { number, ref, observed: container };
    }
    // A container that never ran finds its network by name, and it may be made anew only now.
    const needs = [...(rename === undefined ? [] : [rename]), ...networksReady(this.#context, service)];
    // What is paused goes on where it was, and has to be told; what was stopped reads the new content by itself.
    const isPaused = container.state === 'paused';
    if (isPaused && content?.kind === 'restart') {
      needs.push(this.#make.stop(service, container, number, content.reason, []));
    }
    const start = this.#make.start(service, number, ref, name, startReason(container), needs);
    if (isPaused && content?.kind === 'signal') {
      this.#make.signal(service, container, number, content, [start]);
    } else if (!isPaused || content?.kind !== 'ignore') this.#make.note(service, container, start);
    return { number, ref, observed: container, start };
  }

  #create(service: Service, number: number, reason: string): PlannedReplica {
    const name = containerName(this.#context.input.project, service, number);
    const holder = this.#recreatedHolder(name);
    if (holder !== undefined) return this.#createBeside(service, number, reason, holder);
    const create = this.#make.create(service, number, { as: name, inherit: [], reason, needs: [] });
    return this.#startCreated(service, number, name, create, [create], reason);
  }

  /**
   * Its name belongs to a container that goes only when its successor has been created, and that one may have to wait
   * for this one: so it gets its name later.
   */
  #createBeside(service: Service, number: number, reason: string, holder: ObservedContainer): PlannedReplica {
    const name = holder.name;
    const as = `${holder.id.slice(0, 12)}_${name}`;
    const create = this.#make.create(service, number, {
      as,
      inherit: [],
      reason,
      needs: [],
      replaces: holder,
    });
    const rename = this.#make.rename(service, number, created(create, name), {
      name,
      reason,
      needs: [create],
    });
    return this.#startCreated(service, number, name, create, [rename], reason);
  }

  #recreatedHolder(name: string): ObservedContainer | undefined {
    // Most plans give no name away at all.
    if (!this.#context.freedNames.has(name)) return undefined;
    for (const list of this.#context.decisions.values()) {
      for (const decision of list) {
        if (decision.kind === 'recreate' && decision.container.name === name) return decision.container;
      }
    }
    return undefined;
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
    const create = this.#make.create(service, number, {
      as: `${old.id.slice(0, 12)}_${name}`,
      inherit: this.#inheritable(old),
      reason,
      needs: [],
      replaces: old,
    });
    // The old container serves until what the new one depends on is ready, unless a network that it uses or a
    // dependency for whose sake it restarts has to go away first, or it has a name, a port or an address that another
    // may be waiting for.
    const early =
      leaves.length > 0 ||
      old.name !== name ||
      this.#restarts.causeFor(service) !== undefined ||
      this.#context.occupants.isAwaited(old);
    const gated = !early && this.#context.input.policy.start;
    const gate = gated ? this.#gates.of(service) : { needs: [], after: [] };
    const stop = this.#make.stop(
      service,
      old,
      number,
      reason,
      early ? [] : [create, ...gate.needs],
      gate.after,
    );
    const left = leaves.map((network) => this.#make.leave(service, old, number, network, reason, stop));
    const remove = this.#make.remove(service, old, number, reason, early ? [create, stop, ...left] : [stop]);
    const rename = this.#make.rename(service, number, created(create, name), {
      name,
      reason,
      needs: [create, remove],
    });
    return this.#startCreated(service, number, name, create, [rename], reason);
  }

  /** stop and remove the old one -> (what it held is made anew) -> create -> start. */
  #replace(service: Service, old: ObservedContainer, number: number, reason: string): PlannedReplica {
    const name = containerName(this.#context.input.project, service, number);
    const stop = this.#make.stop(service, old, number, reason, []);
    const remove = this.#make.remove(service, old, number, reason, [stop]);
    const inherit = this.#inheritable(old).filter(
      (volume) => !this.#context.volumes.rebuilt.has(volume.name),
    );
    const create = this.#make.create(service, number, {
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
    return { number, ref, create, start: this.#make.start(service, number, ref, name, reason, needs) };
  }

  #inheritable(old: ObservedContainer): readonly InheritableVolume[] {
    if (this.#context.input.policy.renewAnonymousVolumes) return [];
    return old.mounts.flatMap((mount) =>
      mount.kind === 'volume' && mount.name !== undefined ? [{ name: mount.name, target: mount.target }] : [],
    );
  }
}

function startReason({ state, isStopCutShort }: ObservedContainer): string {
  return isStopCutShort === true ? 'a stop of it was cut short' : `it is ${state}`;
}
