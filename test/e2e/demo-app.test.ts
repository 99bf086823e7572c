import { beforeAll, describe, expect, it } from 'vitest';
import { onlyOnDocker, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';

describe('the example shop', () => {
  const engine = useEngine();
  let shop: TestProject;

  beforeAll(async () => {
    shop = await engine.project(
      { fixture: 'shop' },
      { images: ['nginx', 'redis', 'postgres', 'shop-web', 'shop-app'], env: { SHOP_PORT: '0' } },
    );
    expect(await shop.flotilla(['up', '-d', '--wait'])).toMatchObject({ exitCode: 0 });
  });

  const page = async (path: string, init?: RequestInit) =>
    (await fetch(`${await shop.url('proxy', 80)}${path}`, init)).text();

  it('serves pages through the reverse proxy', async () => {
    expect(await page('/')).toContain('<h1>The Harbour Shop</h1>');
  });

  it('serves what the migration put into the database', async () => {
    expect(JSON.parse(await page('/api/products'))).toHaveLength(3);
  });

  it('takes an order, which the worker packs', async () => {
    await page('/api/orders', { method: 'POST', body: JSON.stringify({ product: 1 }) });
    await expect
      .poll(async () => JSON.parse(await page('/api/orders')), { timeout: 10_000 })
      .toEqual([{ id: 1, product: 'Brass compass', state: 'packed' }]);
  });

  it('keeps its orders over down and up', async () => {
    expect(await shop.flotilla(['down'])).toMatchObject({ exitCode: 0 });
    expect(await shop.leftovers()).toEqual([`volume ${shop.name}_db-data`]);
    expect(await shop.flotilla(['up', '-d', '--wait'])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await page('/api/orders'))).toHaveLength(1);
  });

  onlyOnDocker('docker compose takes turns', () => {
    it('recreates nothing when docker compose and Flotilla take turns', async () => {
      const before = (await shop.containers()).map(({ id }) => id);
      expect(await shop.compose(['up', '-d'])).toMatchObject({ exitCode: 0 });
      expect((await shop.containers()).map(({ id }) => id)).toEqual(before);
      expect(await shop.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
      expect((await shop.containers()).map(({ id }) => id)).toEqual(before);
    });
  });

  it('leaves nothing after down -v', async () => {
    expect(await shop.flotilla(['down', '-v'])).toMatchObject({ exitCode: 0 });
    expect(await shop.leftovers()).toEqual([]);
  });
});
