import { describe, expect, it } from 'vitest';
import type { Project } from '../../../../src/compose/index.ts';
import { containerId, projectName, serviceName } from '../../../../src/core/ids.ts';
import type { ObservedContainer, ObservedState } from '../../../../src/runtime/index.ts';
import { defaultUpPolicy } from '../../../../src/scheduler/api/up.ts';
import { formatPlan, planRestart } from '../../../../src/scheduler/plan/index.ts';
import { planPulls } from '../../../../src/scheduler/plan/pulls.ts';
import { afterwards, emptyWorld, plan, planText, sketch } from './world.ts';

const port = (published: string) => ({
  ports: [{ mode: 'ingress', target: 80, published, protocol: 'tcp' }],
});

function upOf(project: Project, world: ObservedState = emptyWorld()): ObservedState {
  return afterwards(project, world, plan(project, world));
}

function changed(
  world: ObservedState,
  name: string,
  change: (container: ObservedContainer) => readonly ObservedContainer[],
): ObservedState {
  const containers = world.containers.flatMap((each) => (each.name === name ? change(each) : [each]));
  return { ...world, containers };
}

describe('what only one running container can have', () => {
  const holding = (world: ObservedState, name: string, published: number) =>
    changed(world, name, (each) => [{ ...each, ports: [{ target: 80, protocol: 'tcp', published }] }]);

  it('is given up before another service starts that takes it over, as when two swap their ports', () => {
    const before = sketch({ a: port('8001'), b: port('8002') });
    const world = holding(holding(upOf(before), 'shop-a-1', 8001), 'shop-b-1', 8002);
    expect(planText(sketch({ a: port('8002'), b: port('8001') }), world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:a/1  shop-a-1: ports[0].published "8001" -> "8002"
      container.stop:a/1  shop-a-1: ports[0].published "8001" -> "8002"
      container.remove:a/1  shop-a-1: ports[0].published "8001" -> "8002" <- container.create:a/1, container.stop:a/1
      container.rename:a/1  shop-a-1: ports[0].published "8001" -> "8002" <- container.create:a/1, container.remove:a/1
      container.start:a/1  shop-a-1: ports[0].published "8001" -> "8002" <- container.rename:a/1, container.stop:b/1
      container.create:b/1  shop-b-1: ports[0].published "8002" -> "8001"
      container.stop:b/1  shop-b-1: ports[0].published "8002" -> "8001"
      container.remove:b/1  shop-b-1: ports[0].published "8002" -> "8001" <- container.create:b/1, container.stop:b/1
      container.rename:b/1  shop-b-1: ports[0].published "8002" -> "8001" <- container.create:b/1, container.remove:b/1
      container.start:b/1  shop-b-1: ports[0].published "8002" -> "8001" <- container.rename:b/1, container.stop:a/1
      "
    `);
  });

  it('is waited for when a removed orphan has it', () => {
    const world = holding(upOf(sketch({ old: port('8001') })), 'shop-old-1', 8001);
    const start = plan(sketch({ fresh: port('8001') }), world, { removeOrphans: true }).steps.find(
      ({ id }) => id === 'container.start:fresh/1',
    );
    expect(start?.needs).toContain('container.stop:shop-old-1');
  });

  it('may be an address', () => {
    const fixed = new Map([['default', { ipv4_address: '10.0.0.9' }]]);
    const before = sketch({ a: {}, b: {} });
    const world = changed(upOf(before), 'shop-a-1', (each) => [
      { ...each, networks: [{ network: 'shop_default', networkId: 'x', ipv4Address: '10.0.0.9' }] },
    ]);
    const after = sketch({ a: { command: ['x'] }, b: {} });
    const services = [...after.services].map(
      ([name, service]) => [name, name === 'b' ? { ...service, networks: fixed } : service] as const,
    );
    const start = plan({ ...after, services: new Map(services) }, world).steps.find(
      ({ id }) => id === 'container.start:b/1',
    );
    expect(start?.needs).toContain('container.stop:a/1');
  });
});

describe('a plan that would get stuck half-way', () => {
  it('is refused when a container that stays mounts the volume to be made anew', () => {
    const data = (version: string) => ({
      volumes: new Map([['data', { name: 'shop_data', labels: new Map([['version', version]]) }]]),
    });
    const mounted = { volumes: [{ type: 'volume', source: 'data', target: '/data' } as const] };
    const world = upOf(sketch({ db: mounted, old: mounted }, data('1')));
    const approvals = new Set(['volume.recreate:data']);
    const { diagnostics } = plan(sketch({ db: mounted }, data('2')), world, {
      approvals,
      ignoreOrphans: true,
    });
    expect(diagnostics.map(({ message, hint }) => `${message}\n${hint}`)).toMatchInlineSnapshot(`
      [
        "volume "shop_data" must be made anew because its definition changed, but "shop-old-1" uses it and is no part of this run
      Run the command for all services and profiles, or remove that container first.",
      ]
    `);
    const steps = plan(sketch({ db: mounted }, data('2')), world, { approvals, removeOrphans: true }).steps;
    expect(steps.find(({ id }) => id === 'volume.remove:data')?.needs).toEqual([
      'container.remove:db/1',
      'container.remove:shop-old-1',
    ]);
  });

  it('is refused when a container that stays has the name to be taken', () => {
    const world = upOf(sketch({ old: { container_name: 'front', scale: 1 }, web: {} }));
    const project = sketch({ web: { container_name: 'front', scale: 1 } });
    const { diagnostics } = plan(project, world, { ignoreOrphans: true });
    expect(diagnostics.map(({ message, hint }) => `${message}\n${hint}`)).toMatchInlineSnapshot(`
      [
        "service "web" cannot have the container name "front": a container of service "old", which is no part of this run, has it
      Remove it with \`docker rm -f front\`; --remove-orphans does so for a service that is not in the file any more.",
      ]
    `);
    expect(plan(project, world, { removeOrphans: true }).diagnostics).toEqual([]);
  });

  it('is refused when it leaves out a service whose namespace or volumes are needed and that was never made', () => {
    const project = sketch({ app: { volumes_from: ['db'] } });
    const { diagnostics } = plan(project, emptyWorld());
    expect(diagnostics.map(({ message, hint }) => `${message}\n${hint}`)).toMatchInlineSnapshot(`
      [
        "service "app" shares namespaces or volumes with "db", which is without a container
      Bring "db" up too: leave --no-deps out.",
      ]
    `);
  });
});

describe('who holds on to a container of a service', () => {
  const project = () =>
    sketch({ db: {}, app: { network_mode: 'service:db', depends_on: { db: { restart: true } } } });

  it('holds on to the one that stays, and not to what an interrupted run left', () => {
    const old = upOf(sketch({ db: {} }));
    const world = changed(old, 'shop-db-1', (each) => [
      {
        ...each,
        id: containerId('f'.repeat(64)),
        name: `${each.id.slice(0, 12)}_shop-db-1`,
        state: 'created',
      },
      each,
    ]);
    const steps = plan(project(), world);
    expect(steps.references.map(({ container }) => container)).toEqual([old.containers[0]?.id]);
    expect(afterwards(project(), world, steps).containers.map(({ name }) => name)).toEqual([
      'shop-app-1',
      'shop-db-1',
    ]);
  });

  it('is recreated when that container goes because of the scale', () => {
    const two = sketch({ db: { scale: 2 }, app: { network_mode: 'service:db', depends_on: { db: {} } } });
    // The lower number is out of date, so it is the one to go.
    const world = changed(upOf(two), 'shop-db-1', (each) => [
      { ...each, labels: { ...each.labels, 'com.docker.compose.config-hash': 'old' } },
    ]);
    const { steps } = plan(project(), world);
    expect(steps.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['container.remove:shop-db-1', 'container.create:app/1']),
    );
  });
});

describe('a name that goes from a service to one that it holds on to', () => {
  it('is given away when both successors are there, so that none waits for the other', () => {
    const named = { container_name: 'front', scale: 1 };
    const world = upOf(sketch({ app: named }));
    const project = sketch({
      db: named,
      app: { network_mode: 'service:db', depends_on: { db: { restart: true } } },
    });
    expect(planText(project, world)).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:db/1  front: there is no container front
      container.rename:db/1  front: there is no container front <- container.create:db/1, container.remove:app/1
      container.start:db/1  front: there is no container front <- container.rename:db/1
      container.create:app/1  shop-app-1: container_name "front" is gone, networks {"default":null} is gone and 1 more <- container.create:db/1
      container.stop:app/1  front: container_name "front" is gone, networks {"default":null} is gone and 1 more
      container.remove:app/1  front: container_name "front" is gone, networks {"default":null} is gone and 1 more <- container.create:app/1, container.stop:app/1
      container.rename:app/1  shop-app-1: container_name "front" is gone, networks {"default":null} is gone and 1 more <- container.create:app/1, container.remove:app/1
      container.start:app/1  shop-app-1: container_name "front" is gone, networks {"default":null} is gone and 1 more <- container.rename:app/1, container.start:db/1
      "
    `);
    const result = afterwards(project, world, plan(project, world));
    expect(result.containers.map(({ name }) => name)).toEqual(['front', 'shop-app-1']);
  });
});

describe('a container with a process that is paused', () => {
  it('is stopped before it is removed, so that it can end in its own way', () => {
    const world = changed(upOf(sketch({ old: {} })), 'shop-old-1', (each) => [{ ...each, state: 'paused' }]);
    expect(planText(sketch({}), world, { removeOrphans: true })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.stop:shop-old-1  shop-old-1: its service is not in the file
      container.remove:shop-old-1  shop-old-1: its service is not in the file <- container.stop:shop-old-1
      "
    `);
  });
});

describe('a container that never ran', () => {
  it('starts when its network is there again, which somebody removed', () => {
    const project = sketch({ web: {} });
    const world = afterwards(project, emptyWorld(), plan(project, emptyWorld(), { start: false }));
    expect(planText(project, { ...world, networks: [] })).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.start:web/1  shop-web-1: it is created <- network.create:default
      "
    `);
  });
});

describe('--wait', () => {
  it('waits for nothing that is only created', () => {
    const { steps } = plan(sketch({ web: {} }), emptyWorld(), { wait: true, start: false });
    expect(steps.map(({ id }) => id)).toEqual(['network.create:default', 'container.create:web/1']);
  });
});

describe('a pull for a new service', () => {
  it('comes before the plan when it may change the image of another one that has a container', () => {
    const world = upOf(sketch({ old: {} }));
    const project = sketch({ old: {}, fresh: { pull_policy: 'always' } });
    const { steps } = planPulls({
      project,
      observed: world,
      now: 0,
      policy: defaultUpPolicy,
      locate: () => undefined,
    });
    expect(steps.map(({ id }) => id)).toEqual(['image.pull:busybox']);
  });
});

describe('restart', () => {
  const restart = (observed: ObservedState) =>
    formatPlan(
      planRestart({
        projectName: projectName('shop'),
        project: sketch({ db: {} }),
        observed,
        services: new Set([serviceName('db')]),
        dependents: true,
      }),
    );
  const copied = (name: (each: ObservedContainer) => string, state: ObservedContainer['state']) =>
    changed(upOf(sketch({ db: {} })), 'shop-db-1', (each) => [
      { ...each, id: containerId('f'.repeat(64)), name: name(each), state },
      each,
    ]);

  it('never starts what an interrupted replacement left beside its predecessor: both would use the same data', () => {
    const leftover = copied((each) => `${each.id.slice(0, 12)}_shop-db-1`, 'created');
    expect(restart(leftover)).toMatchInlineSnapshot(`
      "container.stop:shop-db-1  shop-db-1: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      "
    `);
  });

  it('has a step for each of two containers of one number', () => {
    expect(restart(copied(() => 'twin', 'running'))).toMatchInlineSnapshot(`
      "container.stop:twin  twin: restart was asked for (failure tolerated)
      container.stop:shop-db-1  shop-db-1: restart was asked for (failure tolerated)
      container.start:db/1  twin: restart was asked for <- container.stop:twin
      container.start:db/1~000000000000  shop-db-1: restart was asked for <- container.stop:shop-db-1
      "
    `);
  });

  it('leaves out what the engine could not remove', () => {
    expect(restart(copied(() => 'dying', 'dead'))).not.toContain('dying');
  });
});
