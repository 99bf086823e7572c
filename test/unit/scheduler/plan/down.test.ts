import { describe, expect, it } from 'vitest';
import type { Project } from '../../../../src/compose/index.ts';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
import type { ObservedState } from '../../../../src/runtime/index.ts';
import { type DownPolicy, formatPlan, planDown } from '../../../../src/scheduler/plan/index.ts';
import { afterwards, emptyWorld, plan, sketch } from './world.ts';

const shop = () =>
  sketch(
    {
      db: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
      migrate: { depends_on: { db: {} } },
      api: { depends_on: { migrate: {} } },
      web: { depends_on: { api: {} } },
    },
    { volumes: new Map([['data', { name: 'shop_data' }]]) },
  );

describe('down', () => {
  it('stops dependents first, also through one that has ended, and keeps the volumes', () => {
    expect(downText(withExited(up(), 'migrate'))).toMatchInlineSnapshot(`
      "
      container.stop:shop-api-1  shop-api-1: down was asked for after container.stop:shop-web-1 (failure tolerated)
      container.stop:shop-db-1  shop-db-1: down was asked for after container.stop:shop-api-1 (failure tolerated)
      container.stop:shop-web-1  shop-web-1: down was asked for (failure tolerated)
      container.remove:shop-api-1  shop-api-1: down was asked for <- container.stop:shop-api-1
      container.remove:shop-db-1  shop-db-1: down was asked for <- container.stop:shop-db-1
      container.remove:shop-migrate-1  shop-migrate-1: down was asked for
      container.remove:shop-web-1  shop-web-1: down was asked for <- container.stop:shop-web-1
      network.remove:default  shop_default: down was asked for after container.remove:shop-api-1, container.remove:shop-db-1, container.remove:shop-migrate-1, container.remove:shop-web-1 (failure tolerated)
      "
    `);
  });

  it('takes the volumes along when that was asked for', () => {
    const steps = down(up(), { volumes: true }).steps.filter((step) => step.kind === 'volume.remove');
    expect(steps.map((step) => [step.id, step.after])).toEqual([
      ['volume.remove:data', ['container.remove:shop-db-1']],
    ]);
  });

  it('takes both volumes of one key, of which the file gave one another name', () => {
    const [data] = up().volumes;
    if (data === undefined) throw new Error('no volume');
    const { steps } = planDown({
      projectName: projectName('shop'),
      observed: { ...up(), volumes: [data, { ...data, name: 'shop_renamed' }] },
      policy: { services: new Set(), removeOrphans: false, volumes: true },
    });
    expect(steps.filter(({ kind }) => kind === 'volume.remove').map(({ id }) => id)).toEqual([
      'volume.remove:data',
      'volume.remove:data~shop_renamed',
    ]);
  });

  it('needs no file: the labels tell the order', () => {
    const steps = planDown({
      projectName: projectName('shop'),
      observed: up(),
      policy: { services: new Set(), removeOrphans: false, volumes: false },
    }).steps;
    expect(steps.find((step) => step.id === 'container.stop:shop-db-1')?.after).toEqual([
      'container.stop:shop-migrate-1',
    ]);
  });

  it('leaves one-off containers at their work, with a file or without, unless orphans shall go', () => {
    const [job] = up().containers.filter((container) => container.name === 'shop-api-1');
    if (job === undefined) throw new Error('no container');
    const oneOff = {
      ...job,
      name: 'shop-api-run-0123456789ab',
      labels: { ...job.labels, 'com.docker.compose.oneoff': 'True' },
    };
    const world = { ...up(), containers: [...up().containers, oneOff] };
    const removed = (project: Project | undefined, removeOrphans: boolean) =>
      planDown({
        projectName: projectName('shop'),
        ...(project === undefined ? {} : { project }),
        observed: world,
        policy: { services: new Set(), removeOrphans, volumes: false },
      }).steps.some((step) => step.kind === 'container.remove' && step.resource.name === oneOff.name);
    expect([removed(shop(), false), removed(undefined, false)]).toEqual([false, false]);
    expect([removed(shop(), true), removed(undefined, true)]).toEqual([true, true]);
  });

  it('of one service takes its dependents along, and leaves networks and the others', () => {
    const names = down(up(), { services: new Set([serviceName('api')]) }).steps.map((step) => step.id);
    expect(names).toEqual([
      'container.stop:shop-api-1',
      'container.stop:shop-web-1',
      'container.remove:shop-api-1',
      'container.remove:shop-web-1',
    ]);
  });

  it('says so when there is nothing to take away', () => {
    expect(downText(emptyWorld())).toMatchInlineSnapshot(`
      "
      warning: No resource found to remove for project "shop".
      "
    `);
  });

  it('never removes a network or volume of the same name that is not the project’s', () => {
    const foreign: ObservedState = {
      ...emptyWorld(),
      networks: [{ id: 'n', name: 'shop_default', driver: 'bridge', labels: {} }],
      volumes: [{ name: 'shop_data', driver: 'local', labels: {} }],
    };
    expect(down(foreign, { volumes: true }).steps).toEqual([]);
  });
});

function up(): ObservedState {
  return afterwards(shop(), emptyWorld(), plan(shop(), emptyWorld()));
}

function withExited(world: ObservedState, service: string): ObservedState {
  return {
    ...world,
    containers: world.containers.map((container) =>
      container.name === `shop-${service}-1` ? { ...container, state: 'exited', exitCode: 0 } : container,
    ),
  };
}

function down(observed: ObservedState, policy: Partial<DownPolicy> = {}) {
  const project = shop();
  return planDown({
    projectName: project.name,
    project,
    observed,
    policy: { services: new Set(), removeOrphans: false, volumes: false, ...policy },
  });
}

function downText(observed: ObservedState): string {
  return `\n${formatPlan(down(observed))}`;
}
