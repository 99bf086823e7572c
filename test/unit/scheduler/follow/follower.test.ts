import { expect, it } from 'vitest';
import { FlotillaError } from '../../../../src/core/error.ts';
import { projectName } from '../../../../src/core/ids.ts';
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
