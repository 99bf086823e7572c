import { expect, test } from 'vitest';
import { projectName, serviceName } from '../../../src/core/ids.ts';
import { createFakeClock, createFakeEngine } from '../../../src/runtime/fake/index.ts';
import type { EngineEvent } from '../../../src/runtime/index.ts';
import {
  containerEvents,
  createSession,
  listContainerImages,
  listProjects,
} from '../../../src/scheduler/index.ts';
import { plainSpec } from '../../support/plain-spec.ts';

const prefix = 'com.docker.compose.';
const shop = projectName('shop');

function world() {
  const clock = createFakeClock();
  const { driver } = createFakeEngine({ clock });
  const make = (project: string, service: string, more: Readonly<Record<string, string>> = {}) =>
    driver.createContainer(
      {
        ...plainSpec,
        project: projectName(project),
        service: serviceName(service),
        name: `${project}-${service}-1`,
        image: `box/${service}:1`,
        labels: {
          [`${prefix}project`]: project,
          [`${prefix}service`]: service,
          ...(project === 'foreign' ? {} : { [`${prefix}config-hash`]: 'h' }),
          ...more,
        },
      },
      {},
    );
  return { clock, driver, make, session: createSession({ driver }) };
}

test('projects are listed by the labels of their containers, with the states of those that run', async () => {
  const { driver, make, session } = world();
  const files = (text: string) => ({ [`${prefix}project.config_files`]: text });
  const web = await make('shop', 'web', files('/shop/compose.yaml,/shop/more.yaml'));
  const db = await make('shop', 'db', files('/shop/compose.yaml'));
  await make('blog', 'web');
  // Something else uses the label of the project, too.
  await make('foreign', 'web');
  for (const id of [web, db]) await driver.startContainer(id);
  await driver.killContainer(db, 'SIGKILL');
  const shown = async (all: boolean) =>
    (await listProjects(session, { all })).map(({ name, states, configFiles }) => [
      name,
      [...states].join(' '),
      configFiles.join(' '),
    ]);
  expect(await shown(false)).toEqual([['shop', 'running,1', '/shop/compose.yaml /shop/more.yaml']]);
  expect((await shown(true)).map(([name, states]) => `${name} ${states}`)).toEqual([
    'blog created,1',
    'shop exited,1 running,1',
  ]);
});

test('the image of a container has the name that it was made with for as long as it keeps it', async () => {
  const { driver, make, session } = world();
  for (const image of ['box/web:1', 'box/db:1']) await driver.pullImage(image, {});
  await make('shop', 'web');
  await make('shop', 'db');
  const request = { projectName: shop, services: new Set([serviceName('web')]) };
  const [listed, ...others] = await listContainerImages(session, request);
  expect(others).toEqual([]);
  expect(listed).toMatchObject({
    container: { name: 'shop-web-1' },
    name: { repository: 'box/web', tag: '1' },
  });
  expect(listed?.image).toEqual(await driver.inspectImage('box/web:1'));
});

test('events are of services, from the past when asked, until a time that comes or is over', async () => {
  const { clock, driver, make, session } = world();
  const textOf = ({ words, name, details }: EngineEvent): string =>
    [words, name, ...Object.values(details)].join(' ');
  const take = async (more: object, ...services: string[]): Promise<readonly string[]> => {
    const request = { projectName: shop, services: new Set(services.map(serviceName)), ...more };
    const seen: string[] = [];
    for await (const event of containerEvents(session, request)) seen.push(textOf(event));
    return seen;
  };
  const web = await make('shop', 'web');
  await make('shop', 'db');
  await make('blog', 'web');
  await make('shop', 'job', { [`${prefix}oneoff`]: 'True' });
  await clock.advance(1000);
  expect(await take({ since: '1m', until: '0s' })).toEqual([
    'create shop-web-1 box/web:1',
    'create shop-db-1 box/db:1',
  ]);
  expect(await take({ since: '1m', until: '0s' }, 'db')).toEqual(['create shop-db-1 box/db:1']);
  const coming = take({ until: '-10s' });
  await clock.advance(1000);
  await driver.startContainer(web);
  await clock.advance(20_000);
  await driver.killContainer(web, 'SIGKILL');
  expect(await coming).toEqual(['start shop-web-1 box/web:1']);
});
