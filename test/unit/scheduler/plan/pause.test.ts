import { describe, expect, it } from 'vitest';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
import type { ObservedContainer } from '../../../../src/runtime/index.ts';
import { formatPlan, planPause, planUnpause } from '../../../../src/scheduler/plan/index.ts';
import { afterwards, emptyWorld, plan, sketch } from './world.ts';

const project = sketch({ db: {}, web: { depends_on: { db: {} } } });

function input(states: Readonly<Record<string, ObservedContainer['state']>>, ...services: readonly string[]) {
  const world = emptyWorld('db', 'web');
  const { containers } = afterwards(project, world, plan(project, world));
  return {
    projectName: projectName('shop'),
    project,
    observed: { containers: containers.map((each) => ({ ...each, state: states[each.name] ?? each.state })) },
    services: new Set(services.map(serviceName)),
  };
}

describe('pause and unpause', () => {
  it('hold still what runs, and let go on what is paused', () => {
    const states = input({ 'shop-db-1': 'paused' });
    expect(formatPlan(planPause(states))).toMatchInlineSnapshot(`
      "container.pause:shop-web-1  shop-web-1: pause was asked for (failure tolerated)
      "
    `);
    expect(formatPlan(planUnpause(states))).toMatchInlineSnapshot(`
      "container.unpause:shop-db-1  shop-db-1: unpause was asked for (failure tolerated)
      "
    `);
  });

  it('touch only services that are named', () => {
    expect(planPause(input({}, 'web')).steps.map(({ id }) => id)).toEqual(['container.pause:shop-web-1']);
  });

  it('leave alone what does not run', () => {
    expect(formatPlan(planPause(input({ 'shop-db-1': 'exited', 'shop-web-1': 'created' })))).toBe(
      'nothing to do\n',
    );
  });
});
