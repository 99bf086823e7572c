import { expect, it } from 'vitest';
import { serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import { failure, scriptedEngine } from './support.ts';

const filling = {
  volume: {
    key: 'web/files',
    name: 'shop_web_files-1',
    driver: 'local',
    driverOptions: {},
    labels: { [labels.project]: 'shop', [labels.configHash]: '1' },
    hash: '1',
  },
  image: 'busybox',
  service: serviceName('web'),
  files: [{ path: 'secrets-0', content: 'x', mode: 0o444, uid: 0, gid: 0 }],
};
const helper = 'shop_web_files-1-helper';
const taken = { status: 409, json: { message: 'the container name is already in use' } };
const volume = {
  'POST /volumes/create': { json: { Name: filling.volume.name, Labels: filling.volume.labels } },
};
const removals = (asked: readonly { readonly call: string }[]) =>
  asked.filter(({ call }) => call.startsWith('DELETE')).length;

it('takes the helper of a killed run away, and nobody else of that name', async () => {
  const labelled = (hook: string, project: string) => ({
    json: { Id: 'old', Config: { Labels: { [labels.hook]: hook, [labels.project]: project } } },
  });
  await using theirs = await scriptedEngine({
    ...volume,
    'POST /containers/create': taken,
    [`GET /containers/${helper}/json`]: labelled('files', 'other'),
  });
  expect(await failure((await theirs.connect()).fillVolume(filling))).toContain('engine.conflict');
  expect(removals(theirs.asked)).toBe(0);
  await using ours = await scriptedEngine({
    ...volume,
    'POST /containers/create': [taken, { json: { Id: 'new' } }],
    [`GET /containers/${helper}/json`]: labelled('files', 'shop'),
    [`DELETE /containers/${helper}`]: { status: 204 },
    [`PUT /containers/${helper}/archive`]: { status: 200 },
  });
  await (await ours.connect()).fillVolume(filling);
  expect(removals(ours.asked)).toBe(2);
});

it('tells what went wrong first, also when the helper cannot be removed either', async () => {
  await using engine = await scriptedEngine({
    ...volume,
    'POST /containers/create': { json: { Id: 'new' } },
    [`PUT /containers/${helper}/archive`]: { status: 500, json: { message: 'no space left on device' } },
    [`DELETE /containers/${helper}`]: { status: 500, json: { message: 'busy' } },
  });
  expect(await failure((await engine.connect()).fillVolume(filling))).toContain('engine.disk-full');
});
