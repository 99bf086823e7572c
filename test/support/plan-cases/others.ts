import { labels } from '../../../src/core/labels.ts';
import type { FakeContainer } from '../../../src/runtime/fake/index.ts';
import { findContainer } from '../../../src/runtime/fake/model/index.ts';
import { parseDependsOnLabel } from '../../../src/scheduler/desired/index.ts';
import type { Plan, Step } from '../../../src/scheduler/plan/index.ts';
import { serviceParents } from '../../../src/scheduler/plan/recreate.ts';
import type { Run, SimulatedEngine } from './engine.ts';

/** Whether what a step cannot have is in the hands of a container that the plan leaves as it is. */
export function isHeldByOthers({ state }: SimulatedEngine, step: Step, run: Run): boolean {
  const moved = movedContainers(run.plan);
  const others = [...state.containers.values()].filter(({ name }) => !moved.has(name));
  switch (step.kind) {
    case 'container.create':
      return others.some(({ name }) => name === step.input.as);
    case 'container.rename':
      return others.some(({ name }) => name === step.input.name);
    case 'volume.remove':
      return others.some(({ mounts }) =>
        mounts.some((mount) => mount.kind === 'volume' && mount.volume === step.input.name),
      );
    case 'container.start': {
      const container = findContainer(state, run.idOf(step.input.container));
      if (container === undefined) return false;
      return (
        lacksParent(container, state, run) ||
        [...others, ...twinsOf(container, state)].some(
          (other) => other.id !== container.id && sharesPlaces(other, container),
        )
      );
    }
    default:
      return false;
  }
}

/** Two that claim to be the same replica cannot both have its address. */
function twinsOf(
  { spec }: FakeContainer,
  { containers }: SimulatedEngine['state'],
): readonly FakeContainer[] {
  return [...containers.values()].filter(
    (other) =>
      other.spec.service === spec.service &&
      other.spec.labels[labels.containerNumber] === spec.labels[labels.containerNumber],
  );
}

function movedContainers({ steps }: Plan): ReadonlySet<string> {
  return new Set(
    steps.flatMap((step) =>
      (step.kind === 'container.stop' ||
        step.kind === 'container.remove' ||
        step.kind === 'container.rename') &&
      step.input.container.kind === 'existing'
        ? [step.input.container.name]
        : [],
    ),
  );
}

/** It shares namespaces with a container that the plan does not start, or of which the file knows nothing any more. */
function lacksParent({ spec }: FakeContainer, state: SimulatedEngine['state'], run: Run): boolean {
  const started = new Set(
    run.plan.steps.flatMap((step) => (step.kind === 'container.start' ? [step.input.container.name] : [])),
  );
  const definition = run.project?.services.get(spec.service);
  const needs =
    run.project === undefined
      ? parseDependsOnLabel(spec.labels[labels.dependsOn])
      : (definition?.depends_on ?? new Map());
  const parents: readonly string[] = definition === undefined ? [] : serviceParents(definition);
  return [spec.network, spec.pid, spec.ipc].some((mode) => {
    if (mode?.kind !== 'container') return false;
    const parent = findContainer(state, mode.container);
    if (parent === undefined || !started.has(parent.name)) return true;
    return !parents.includes(parent.spec.service) && needs.get(parent.spec.service)?.restart !== true;
  });
}

function sharesPlaces(other: FakeContainer, { spec }: FakeContainer): boolean {
  const endpoints = spec.network.kind === 'networks' ? spec.network.endpoints : [];
  return (
    other.ports.some(({ published }) =>
      spec.ports.some((port) => published !== undefined && port.published === `${published}`),
    ) ||
    other.endpoints.some(
      ({ address }) => address !== undefined && endpoints.some((each) => each.ipv4Address === address),
    )
  );
}
