import { expect, it } from 'vitest';
import { loadRegistry, type Registry } from '../../../src/images/index.ts';
import { load } from '../compose/support.ts';

const { onlyImagesOfModel, pinModel } = await loadRegistry();

const digest = `sha256:${'1'.repeat(64)}`;
const registry = { digest: async () => digest } as Partial<Registry> as Registry;

async function pin(text: string) {
  const { plainModel, locate } = await load(text, { skip: { interpolation: true } });
  const model = plainModel();
  if (model === undefined) throw new Error('it does not load');
  return pinModel(model, locate, registry);
}

it('pins mounted images of a model too, and keeps them where nothing but images is kept', async () => {
  const { model } = await pin(`
services:
  a:
    image: app:1
    command: "\${COMMAND}"
    volumes:
      - {type: image, source: "data:2", target: /data}
      - {type: volume, source: v, target: /v}
  b: {image: app:1}
volumes: {v: {}}
`);
  const app = `docker.io/library/app:1@${digest}`;
  const data = `docker.io/library/data:2@${digest}`;
  expect(plain(model)).toMatchObject({
    services: {
      a: { image: app, volumes: [{ type: 'image', source: data }, { source: 'v' }] },
      b: { image: app },
    },
  });
  expect(plain(onlyImagesOfModel(model))).toMatchObject({
    services: {
      a: { image: app, volumes: [{ type: 'image', source: data, target: '/data' }] },
      b: { image: app },
    },
  });
});

it('says where an image is named that has no digest', async () => {
  const { diagnostics } = await pin(`
services:
  a:
    image: UPPER
    volumes: [{type: image, source: "\${DATA}", target: /data}]
`);
  expect(diagnostics.map(({ code, path, at }) => [code, path, at?.start.line])).toEqual([
    ['image.reference', 'services.a.image', 4],
    ['image.reference', 'services.a.volumes.0.source', 5],
  ]);
});

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}
