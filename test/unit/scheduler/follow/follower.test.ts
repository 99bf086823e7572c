import { expect, it } from 'vitest';
import { FlotillaError } from '../../../../src/core/error.ts';
import { projectName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import { createFakeEngine } from '../../../../src/runtime/fake/index.ts';
import { Follower } from '../../../../src/scheduler/follow/index.ts';
import { specOf } from '../../runtime/fake/spec.ts';

it('attaches at the second attempt of a start when it could not at the first', async () => {
  const engine = createFakeEngine({ behaviours: { job: { output: ['hello\n'], exitAfterMs: 0 } } });
  const { driver } = engine;
  const said: string[] = [];
  const follower = await Follower.open({
    driver,
    project: projectName('shop'),
    sink: {
      register: () => {},
      chunk: async (_name, { data }) => void said.push(Buffer.from(data).toString()),
      end: () => {},
    },
    isAttached: () => true,
    isWatched: () => true,
    timestamps: false,
  });
  const id = await driver.createContainer(specOf('job'), {});
  engine.fail({ verb: 'attach', times: 1, error: new FlotillaError('engine.request', 'not now') });
  await expect(follower.beforeStart(id, 'shop-job-1', 'job')).rejects.toThrow('not now');
  await follower.beforeStart(id, 'shop-job-1', 'job');
  await driver.startContainer(id);
  await follower.allExited();
  await follower.close();
  expect(said.join('')).toBe('hello\n');
});

it('does not end while a container waits to be started in the place of the last one, until it is removed', async () => {
  const engine = createFakeEngine();
  const { driver } = engine;
  const follower = await Follower.open({
    driver,
    project: projectName('shop'),
    sink: { register: () => {}, chunk: async () => {}, end: () => {} },
    isAttached: () => true,
    isWatched: () => true,
    awaitsSuccessors: true,
    timestamps: false,
  });
  const spec = specOf('web');
  const first = await driver.createContainer(spec, {});
  await driver.startContainer(first);
  let ended = false;
  const idle = follower.allExited().then(() => {
    ended = true;
  });
  const replacing = { ...spec, labels: { ...spec.labels, [labels.replace]: 'web-1' } };
  const second = await driver.createContainer(replacing, { as: 'successor' });
  await driver.stopContainer(first, {});
  await driver.removeContainer(first, { force: true, volumes: false });
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  await driver.removeContainer(second, { force: true, volumes: false });
  await idle;
  await follower.close();
});
