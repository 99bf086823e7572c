import { describe, expect, it } from 'vitest';
import { containerId, projectName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ObservedState } from '../../../../src/runtime/index.ts';
import { formatPlan, planDown, planRestart, planStop } from '../../../../src/scheduler/plan/index.ts';
import { afterwards, emptyWorld, plan, planText, sketch } from './world.ts';

const hook = (...command: string[]) => ({ command }) as never;
const project = sketch({
  db: { post_start: [hook('seed'), hook('index')], pre_stop: [hook('flush')] },
  web: {
    depends_on: { db: {} },
    scale: 2,
    pre_start: [hook('migrate')],
    post_start: [hook('warm')],
  },
});
const running = (): ObservedState => afterwards(project, emptyWorld(), plan(project, emptyWorld()));

describe('hooks of up', () => {
  it('come before and after the starts, and dependents wait for them', () => {
    expect(planText(project, emptyWorld())).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      container.create:db/1  shop-db-1: there is no container shop-db-1 <- network.create:default
      container.start:db/1  shop-db-1: there is no container shop-db-1 <- container.create:db/1
      hook.exec:db/1/post_start/0  shop-db-1: services.db.post_start[0] <- container.start:db/1
      hook.exec:db/1/post_start/1  shop-db-1: services.db.post_start[1] <- hook.exec:db/1/post_start/0
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      hook.run:web/pre_start/0  shop-web-pre_start_1: services.web.pre_start[0] <- container.create:web/1, hook.exec:db/1/post_start/1
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1, hook.exec:db/1/post_start/1, hook.run:web/pre_start/0
      hook.exec:web/1/post_start/0  shop-web-1: services.web.post_start[0] <- container.start:web/1
      container.create:web/2  shop-web-2: there is no container shop-web-2 <- network.create:default
      container.start:web/2  shop-web-2: there is no container shop-web-2 <- container.create:web/2, hook.exec:db/1/post_start/1, hook.run:web/pre_start/0
      hook.exec:web/2/post_start/0  shop-web-2: services.web.post_start[0] <- container.start:web/2 after hook.exec:web/1/post_start/0
      "
    `);
  });

  it('run before a container is replaced, and before one that is too many goes', () => {
    expect(planText(project, running(), { recreate: 'force' })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      container.create:db/1  shop-db-1: recreation was asked for
      hook.exec:db/1/pre_stop/0  shop-db-1: services.db.pre_stop[0] <- container.create:db/1 (failure tolerated)
      container.stop:db/1  shop-db-1: recreation was asked for <- container.create:db/1, hook.exec:db/1/pre_stop/0
      container.remove:db/1  shop-db-1: recreation was asked for <- container.stop:db/1
      container.rename:db/1  shop-db-1: recreation was asked for <- container.create:db/1, container.remove:db/1
      container.start:db/1  shop-db-1: recreation was asked for <- container.rename:db/1
      hook.exec:db/1/post_start/0  shop-db-1: services.db.post_start[0] <- container.start:db/1
      hook.exec:db/1/post_start/1  shop-db-1: services.db.post_start[1] <- hook.exec:db/1/post_start/0
      container.create:web/1  shop-web-1: recreation was asked for
      container.stop:web/1  shop-web-1: recreation was asked for <- container.create:web/1, hook.exec:db/1/post_start/1
      container.remove:web/1  shop-web-1: recreation was asked for <- container.stop:web/1
      container.rename:web/1  shop-web-1: recreation was asked for <- container.create:web/1, container.remove:web/1
      hook.run:web/pre_start/0  shop-web-pre_start_1: services.web.pre_start[0] <- container.rename:web/1, hook.exec:db/1/post_start/1, container.stop:web/1, container.stop:web/2
      container.start:web/1  shop-web-1: recreation was asked for <- container.rename:web/1, hook.exec:db/1/post_start/1, hook.run:web/pre_start/0
      hook.exec:web/1/post_start/0  shop-web-1: services.web.post_start[0] <- container.start:web/1
      container.create:web/2  shop-web-2: recreation was asked for
      container.stop:web/2  shop-web-2: recreation was asked for <- container.create:web/2, hook.exec:db/1/post_start/1
      container.remove:web/2  shop-web-2: recreation was asked for <- container.stop:web/2
      container.rename:web/2  shop-web-2: recreation was asked for <- container.create:web/2, container.remove:web/2
      container.start:web/2  shop-web-2: recreation was asked for <- container.rename:web/2, hook.exec:db/1/post_start/1, hook.run:web/pre_start/0
      hook.exec:web/2/post_start/0  shop-web-2: services.web.post_start[0] <- container.start:web/2 after hook.exec:web/1/post_start/0
      "
    `);
    const fewer = sketch({ db: { scale: 0, pre_stop: [hook('flush')] } });
    expect(planText(fewer, running(), { ignoreOrphans: true })).toMatchInlineSnapshot(`
      "
      unchanged: Network shop_default (Exists)
      hook.exec:shop-db-1/pre_stop/0  shop-db-1: services.db.pre_stop[0] (failure tolerated)
      container.stop:shop-db-1  shop-db-1: db is scaled to 0 <- hook.exec:shop-db-1/pre_stop/0
      container.remove:shop-db-1  shop-db-1: db is scaled to 0 <- container.stop:shop-db-1
      "
    `);
  });

  it('before the start are not for a replica beside one that runs', () => {
    const observed = running();
    const more = sketch({ web: { scale: 3, pre_start: [hook('migrate')], post_start: [hook('warm')] } });
    const text = planText(more, observed, { recreate: 'never', ignoreOrphans: true });
    expect(text).toContain('container.start:web/3');
    expect(text).not.toContain('hook.run');
  });

  it('sweep what an earlier run has left of them, and pull the image of their own', () => {
    const left = {
      ...(running().containers[0] as ObservedState['containers'][number]),
      id: containerId('a'.repeat(64)),
      name: 'shop-web-pre_start_1',
      labels: { [labels.project]: 'shop', [labels.service]: 'web', [labels.hook]: 'pre_start' },
    };
    const other = sketch({ web: { pre_start: [{ command: ['migrate'], image: 'tools' } as never] } });
    expect(planText(other, { ...emptyWorld(), hookContainers: [left] })).toMatchInlineSnapshot(`
      "
      network.create:default  shop_default: it does not exist
      image.pull:tools  tools: it is not on this machine
      container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default
      container.remove:shop-web-pre_start_1  shop-web-pre_start_1: a hook of an earlier run left it
      hook.run:web/pre_start/0  shop-web-pre_start_1: services.web.pre_start[0] <- container.create:web/1, image.pull:tools, container.remove:shop-web-pre_start_1
      container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1, hook.run:web/pre_start/0
      "
    `);
  });

  it('wait for nothing and start nothing when containers are only created', () => {
    expect(planText(project, emptyWorld(), { start: false })).not.toContain('hook');
  });
});

describe('hooks of stop, restart and down', () => {
  const input = { projectName: projectName('shop'), project, services: new Set<never>() };

  it('run before the stop, when the dependents have stopped', () => {
    const observed = running();
    expect(
      `\n${formatPlan(planStop({ ...input, observed, reason: 'stop was asked for' }))}`,
    ).toMatchInlineSnapshot(`
      "
      hook.exec:shop-db-1/pre_stop/0  shop-db-1: services.db.pre_stop[0] after container.stop:shop-web-1, container.stop:shop-web-2 (failure tolerated)
      container.stop:shop-db-1  shop-db-1: stop was asked for <- hook.exec:shop-db-1/pre_stop/0 after container.stop:shop-web-1, container.stop:shop-web-2 (failure tolerated)
      container.stop:shop-web-1  shop-web-1: stop was asked for (failure tolerated)
      container.stop:shop-web-2  shop-web-2: stop was asked for (failure tolerated)
      "
    `);
  });

  it('run after each start of a restart', () => {
    const observed = running();
    expect(`\n${formatPlan(planRestart({ ...input, observed, dependents: true }))}`).toMatchInlineSnapshot(`
      "
      hook.exec:shop-db-1/pre_stop/0  shop-db-1: services.db.pre_stop[0] after container.stop:shop-web-1, container.stop:shop-web-2 (failure tolerated)
      container.stop:shop-db-1  shop-db-1: restart was asked for <- hook.exec:shop-db-1/pre_stop/0 after container.stop:shop-web-1, container.stop:shop-web-2 (failure tolerated)
      container.stop:shop-web-1  shop-web-1: restart was asked for (failure tolerated)
      container.stop:shop-web-2  shop-web-2: restart was asked for (failure tolerated)
      container.start:db/1  shop-db-1: restart was asked for <- container.stop:shop-db-1
      hook.exec:db/1/post_start/0  shop-db-1: services.db.post_start[0] <- container.start:db/1
      hook.exec:db/1/post_start/1  shop-db-1: services.db.post_start[1] <- hook.exec:db/1/post_start/0
      container.start:web/1  shop-web-1: restart was asked for <- container.stop:shop-web-1, hook.exec:db/1/post_start/1
      hook.exec:web/1/post_start/0  shop-web-1: services.web.post_start[0] <- container.start:web/1
      container.start:web/2  shop-web-2: restart was asked for <- container.stop:shop-web-2, hook.exec:db/1/post_start/1
      hook.exec:web/2/post_start/0  shop-web-2: services.web.post_start[0] <- container.start:web/2 after hook.exec:web/1/post_start/0
      "
    `);
  });

  it('run before down, and not in what does not run', () => {
    const observed = running();
    const policy = { services: new Set<never>(), removeOrphans: false, volumes: false };
    const down = (state: ObservedState) =>
      formatPlan(planDown({ projectName: input.projectName, project, observed: state, policy }));
    expect(down(observed)).toContain('hook.exec:shop-db-1/pre_stop/0');
    const paused = observed.containers.map((container) => ({ ...container, state: 'paused' as const }));
    expect(down({ ...observed, containers: paused })).not.toContain('hook');
  });
});

it('hooks are not for what was only paused, and why it is touched is no hook', () => {
  const observed = running();
  const paused = {
    ...observed,
    containers: observed.containers.map((each) => ({ ...each, state: 'paused' as const })),
  };
  expect(planText(project, paused)).not.toContain('hook');
});

it('the helper of a killed run that filled a volume goes, and the volume with it', () => {
  const helper = {
    ...(running().containers[0] as ObservedState['containers'][number]),
    id: containerId('b'.repeat(64)),
    name: 'shop_web_files-1-helper',
    labels: { [labels.project]: 'shop', [labels.service]: 'web', [labels.hook]: 'files' },
    mounts: [{ kind: 'volume' as const, name: 'shop_web_files-1', target: '/files', readOnly: false }],
  };
  const volume = {
    name: 'shop_web_files-1',
    driver: 'local',
    labels: { [labels.project]: 'shop', [labels.ownVolume]: 'files' },
  };
  const observed = running();
  const text = planText(project, {
    ...observed,
    volumes: [...observed.volumes, volume],
    hookContainers: [helper],
  });
  expect(text).toContain('container.remove:shop_web_files-1-helper  shop_web_files-1-helper: ');
  expect(text).toContain(
    'volume.remove:shop_web_files-1  shop_web_files-1: no container needs it any more <- container.remove:shop_web_files-1-helper',
  );
});
