import { expect, test } from 'vitest';
import { scriptedEngine } from './support.ts';

const busy = (what: string) => ({
  status: 500,
  json: { message: `a ${what} operation is already running` },
});

test('waits until an engine is done with what it does but once at a time', async () => {
  await using engine = await scriptedEngine({
    'GET /system/df': [busy('disk usage'), busy('disk usage'), { json: { LayersSize: 7 } }],
    'POST /images/prune': [busy('prune'), { json: { SpaceReclaimed: 3 } }],
  });
  const driver = await engine.connect();
  expect(await driver.housekeeping.usage()).toMatchObject({ layers: 7 });
  expect(
    await driver.housekeeping.pruneImages({ all: false, filter: { labels: [], withoutLabels: [] } }),
  ).toMatchObject({
    reclaimed: 3,
  });
  await driver.close();
});

test('leaves the wait when it is told to', async () => {
  const abort = new AbortController();
  await using engine = await scriptedEngine({
    'GET /system/df': (response) => {
      response.statusCode = 500;
      response.end(JSON.stringify(busy('disk usage').json), () => abort.abort(new Error('enough')));
    },
  });
  const driver = await engine.connect();
  await expect(driver.housekeeping.usage(abort.signal)).rejects.toThrow('enough');
  await driver.close();
});
