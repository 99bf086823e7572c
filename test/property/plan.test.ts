import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/compose/index.ts';
import { type ContainerId, containerId, type StepId } from '../../src/core/ids.ts';
import { labels } from '../../src/core/labels.ts';
import type { ObservedState } from '../../src/runtime/index.ts';
import { type ContainerRef, formatPlan, type Plan, type Step } from '../../src/scheduler/plan/index.ts';
import { createRandom, type Random } from '../support/random.ts';
import { afterwards, emptyWorld, plan, sketch } from '../unit/scheduler/plan/world.ts';

const rounds = 300;

describe('plans of generated projects against generated worlds', { timeout: 60_000 }, () => {
  it('converge: planning against the result of a plan finds nothing to do', () => {
    for (const { seed, before, after } of pairs()) {
      const old = afterwards(before, emptyWorld(), plan(before, emptyWorld()));
      const world = disturb(createRandom(seed + 0.5), old);
      const steps = plan(after, world, { removeOrphans: true, approvals: allVolumes(after) });
      const result = afterwards(after, world, steps);
      const again = plan(after, result, { removeOrphans: true });
      expect(
        again.steps.map((step) => step.id),
        `seed ${seed}\n${formatPlan(steps)}`,
      ).toEqual([]);
    }
  });

  it('are the same bytes for the same input', () => {
    for (const { seed, before, after } of pairs(100)) {
      const world = afterwards(before, emptyWorld(), plan(before, emptyWorld()));
      expect(JSON.stringify(plan(after, world)), `seed ${seed}`).toBe(JSON.stringify(plan(after, world)));
    }
  });

  it('never remove what the project does not own', () => {
    for (const { seed, before, after } of pairs()) {
      const own = afterwards(before, emptyWorld(), plan(before, emptyWorld()));
      const world = withForeigners(own, after);
      const removed = plan(after, world, { removeOrphans: true, approvals: allVolumes(after) }).steps.flatMap(
        (step) => (step.kind === 'network.remove' || step.kind === 'volume.remove' ? [step.input.name] : []),
      );
      const foreign = new Set(
        [...world.networks, ...world.volumes]
          .filter((each) => each.labels[labels.project] !== after.name)
          .map((each) => each.name),
      );
      expect(
        removed.filter((name) => foreign.has(name)),
        `seed ${seed}`,
      ).toEqual([]);
    }
  });

  it('give no name away before its holder is gone', () => {
    for (const { seed, before, after } of pairs()) {
      const random = createRandom(seed + 0.25);
      const world = withLeftovers(random, afterwards(before, emptyWorld(), plan(before, emptyWorld())));
      const steps = plan(after, world, { removeOrphans: true, approvals: allVolumes(after) });
      const holders = new Map(world.containers.map(({ name, id }) => [name, id]));
      for (const taking of steps.steps) {
        const name = nameTakenBy(taking);
        const holder = name === undefined ? undefined : holders.get(name);
        if (holder === undefined) continue;
        const freed = ancestors(steps, taking.id).some(
          (step) => step.kind === 'container.remove' && idIn(step.input.container) === holder,
        );
        expect(freed, `seed ${seed}: ${taking.id} takes ${name}\n${formatPlan(steps)}`).toBe(true);
      }
    }
  });

  it('lose no volume without an approval', () => {
    for (const { seed, before, after } of pairs()) {
      const world = afterwards(before, emptyWorld(), plan(before, emptyWorld()));
      const kinds = plan(after, world, { removeOrphans: true }).steps.map((step) => step.kind);
      expect(kinds, `seed ${seed}`).not.toContain('volume.remove');
    }
  });

  it('leave services that were not named alone', () => {
    for (const { seed, before, after } of pairs()) {
      const world = afterwards(before, emptyWorld(), plan(before, emptyWorld()));
      const [name] = after.services.keys();
      const service = name === undefined ? undefined : after.services.get(name);
      if (name === undefined || service === undefined) continue;
      const alone: Project = {
        ...after,
        services: new Map([[name, withoutDependencies(service)]]),
        disabledServices: new Map([...after.services].filter(([other]) => other !== name)),
      };
      const touched = plan(alone, world).steps.flatMap((step) =>
        step.resource.type === 'Container' ? [step.resource.name] : [],
      );
      const itsNames = [before, after].map((each) => each.services.get(name)?.container_name);
      expect(
        touched.filter(
          (container) => !container.startsWith(`shop-${name}-`) && !itsNames.includes(container),
        ),
        `seed ${seed}`,
      ).toEqual([]);
    }
  });
});

function* pairs(
  number = rounds,
): Generator<{ readonly seed: number; readonly before: Project; readonly after: Project }> {
  for (let seed = 1; seed <= number; seed += 1) {
    const random = createRandom(seed);
    yield { seed, before: project(random), after: project(random) };
  }
}

const names = ['a', 'b', 'c', 'd', 'e'] as const;

function project(random: Random): Project {
  const present = names.filter(() => random.chance(0.7));
  const chosenNames: string[] = [...names];
  const services = present.map((name, index) => {
    const earlier = present.slice(0, index).filter(() => random.chance(0.4));
    const dependsOn = Object.fromEntries(
      earlier.map((dependency) => [
        dependency,
        {
          condition: random.pick(['service_started', 'service_healthy', 'service_completed_successfully']),
          restart: random.chance(0.3),
          required: random.chance(0.8),
        },
      ]),
    );
    const parent = earlier.find(() => random.chance(0.15));
    return [
      name,
      {
        command: [random.pick(['x', 'y'])],
        ...(random.chance(0.2)
          ? { container_name: chosenNames.splice(random.below(chosenNames.length), 1).join(), scale: 1 }
          : { scale: random.pick([1, 1, 1, 0, 2, 3]) }),
        depends_on: dependsOn,
        ...(parent === undefined
          ? { networks: random.chance(0.3) ? ['default', 'back'] : ['default'] }
          : { network_mode: `service:${parent}`, depends_on: { ...dependsOn, [parent]: { restart: true } } }),
        ...(random.chance(0.3)
          ? { volumes: [{ type: 'volume', source: 'data', target: '/data' } as const] }
          : {}),
      },
    ] as const;
  });
  const sketched = Object.fromEntries(services);
  for (const [, service] of services) {
    // A shared namespace needs a container to share.
    const mode = 'network_mode' in service ? service.network_mode.slice('service:'.length) : undefined;
    const target = mode === undefined ? undefined : sketched[mode];
    if (mode !== undefined && target !== undefined) {
      sketched[mode] = { ...target, scale: Math.max(1, target.scale) } as typeof target;
    }
  }
  return sketch(sketched as Parameters<typeof sketch>[0], {
    networks: new Map([
      ['default', { name: 'shop_default', ipam: {}, ...(random.chance(0.2) ? { internal: true } : {}) }],
      ['back', { name: 'shop_back', ipam: {} }],
    ]),
    volumes: new Map([
      ['data', { name: 'shop_data', ...(random.chance(0.2) ? { labels: new Map([['v', '2']]) } : {}) }],
    ]),
  });
}

/** Things that happen behind our back: containers stop, vanish, keep temporary names; the image moves. */
function disturb(random: Random, world: ObservedState): ObservedState {
  return {
    ...world,
    containers: world.containers
      .filter(() => random.chance(0.85))
      .map((container) =>
        random.chance(0.2)
          ? { ...container, state: random.pick(['exited', 'created', 'paused', 'dead'] as const) }
          : container,
      )
      .map((container) =>
        random.chance(0.1) ? { ...container, name: `0123456789ab_${container.name}` } : container,
      ),
    networks: world.networks.filter(() => random.chance(0.95)),
  };
}

/** A replacement was interrupted before the old container was gone: both are there. */
function withLeftovers(random: Random, world: ObservedState): ObservedState {
  return {
    ...world,
    containers: world.containers.flatMap((container) =>
      random.chance(0.3)
        ? [
            {
              ...container,
              id: containerId(`f${container.id.slice(1)}`),
              name: `${container.id.slice(0, 12)}_${container.name}`,
              state: 'created' as const,
              labels: { ...container.labels, [labels.replace]: container.name.replace(/^shop-/, '') },
            },
            container,
          ]
        : [container],
    ),
  };
}

function nameTakenBy(step: Step): string | undefined {
  if (step.kind === 'container.create') return step.input.as;
  return step.kind === 'container.rename' ? step.input.name : undefined;
}

function idIn(container: ContainerRef): ContainerId | undefined {
  return container.kind === 'existing' ? container.id : undefined;
}

/** Every step that must have succeeded before this one. */
function ancestors({ steps }: Plan, id: StepId): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = new Set<Step>();
  const visit = (each: StepId): void => {
    for (const need of byId.get(each)?.needs ?? []) {
      const step = byId.get(need);
      if (step === undefined || found.has(step)) continue;
      found.add(step);
      visit(need);
    }
  };
  visit(id);
  return [...found];
}

function withForeigners(world: ObservedState, after: Project): ObservedState {
  return {
    ...world,
    networks: [...after.networks.values()].map(({ name }) => ({
      id: `foreign-${name}`,
      name,
      driver: 'bridge',
      labels: {},
    })),
    volumes: [...after.volumes.values()].map(({ name }) => ({ name, driver: 'local', labels: {} })),
  };
}

function allVolumes(project: Project): ReadonlySet<string> {
  return new Set([...project.volumes.keys()].map((key) => `volume.recreate:${key}`));
}

function withoutDependencies(
  service: Project['services'] extends ReadonlyMap<infer _, infer S> ? S : never,
): typeof service {
  const { depends_on: _dependsOn, network_mode: _mode, ...rest } = service;
  return rest;
}
