import type { Service } from '../../compose/index.ts';
import type { ServiceName, StepId } from '../../core/ids.ts';
import type { Occupants } from './occupants.ts';
import type { ReplicaDecision } from './replicas.ts';
import type { ResourcePlan } from './resources.ts';
import type { UpInput } from './up-input.ts';

/** What the steps of services are made from: the wish, the decisions for each replica, and the steps of the rest. */
export interface ServicesInput {
  readonly input: UpInput;
  /** Dependencies first. */
  readonly order: readonly Service[];
  readonly decisions: ReadonlyMap<ServiceName, readonly ReplicaDecision[]>;
  /** The hash of a container that is made now, unless the plan replaces what the service holds on to. */
  readonly hashOf: (service: Service) => string;
  readonly networks: ResourcePlan;
  readonly volumes: ResourcePlan;
  readonly images: ResourcePlan;
  /** The steps after which names of containers are free that the plan takes away. */
  readonly freedNames: ReadonlyMap<string, StepId>;
  /** Who gives up ports and addresses. */
  readonly occupants: Occupants;
}
