import { expect, it } from 'vitest';
import {
  createFakeEngine,
  createSession,
  down,
  formatPlan,
  loadProject,
  type ProviderCall,
  type ProviderVariables,
  planFor,
  selectServices,
  stop,
  up,
} from '../../../src/index.ts';

const shop = `
name: shop
services:
  net: { provider: { type: vpn } }
  db:
    provider: { type: cloud, options: { size: 256 } }
    depends_on: [net]
  web:
    image: shop
    environment: { KEY: mine }
    depends_on: [db]
  aside: { image: shop }
`;

it('runs providers in the order of their dependencies, before the containers that need them', async () => {
  const { session, request } = await open(() => variables({}));
  expect(formatPlan((await planFor(session, request)).plan)).toMatchInlineSnapshot(`
    "provider.up:net  net: provider vpn runs it; what depends on it is recreated when its variables changed
    provider.up:db  db: provider cloud runs it; what depends on it is recreated when its variables changed <- provider.up:net
    network.create:default  shop_default: it does not exist
    container.create:aside/1  shop-aside-1: there is no container shop-aside-1 <- network.create:default
    container.start:aside/1  shop-aside-1: there is no container shop-aside-1 <- container.create:aside/1
    container.create:web/1  shop-web-1: there is no container shop-web-1 <- network.create:default, provider.up:db
    container.start:web/1  shop-web-1: there is no container shop-web-1 <- container.create:web/1
    "
  `);
});

it('puts their variables only into those who depend on them, and says when one of the file is lost', async () => {
  const { session, request, engine, notices } = await open(({ service }) =>
    service === 'db' ? variables({ URL: 'tcp://one' }, { KEY: 'theirs' }) : variables({ UP: 'yes' }),
  );
  await up(session, request);
  const environments = [...engine.state().containers.values()].map(({ name, spec }) => [
    name,
    spec.environment,
  ]);
  expect(environments).toMatchInlineSnapshot(`
    [
      [
        "shop-aside-1",
        [],
      ],
      [
        "shop-web-1",
        [
          "KEY=theirs",
          "DB_URL=tcp://one",
        ],
      ],
    ]
  `);
  expect(notices).toMatchInlineSnapshot(`
    [
      "the provider of service "db" overrides the variable KEY of service "web"",
    ]
  `);
});

it('touches nothing when a provider fails, and ends them in the opposite order', async () => {
  let broken = true;
  const { session, request, engine, calls } = await open(() => {
    if (broken) throw new Error('no credit');
    return variables({});
  });
  const { result } = await up(session, request);
  expect(result.outcome).toBe('failed');
  expect(engine.writes()).toEqual([]);
  broken = false;
  await up(session, request);
  await stop(session, { project: request.project, reason: 'stop was asked for' });
  await down(session, { project: request.project });
  expect(calls).toEqual(['up net', 'up net', 'up db', 'stop db', 'stop net', 'down db', 'down net']);
});

it('belong to a service that is brought up without its dependencies', async () => {
  const { session, request, engine, calls } = await open(() => variables({ URL: 'tcp://one' }));
  await up(session, request);
  const made = [...engine.state().containers.keys()];
  const project = selectServices(request.project, ['web'], { dependencies: 'ignore' });
  await up(session, { ...request, project });
  expect(calls).toEqual(['up net', 'up db', 'up net', 'up db']);
  expect([...engine.state().containers.keys()]).toEqual(made);
});

async function open(answer: (call: ProviderCall) => ProviderVariables) {
  const calls: string[] = [];
  const notices: string[] = [];
  const engine = createFakeEngine({});
  const session = createSession({
    driver: engine.driver,
    onEvent: (event) => event.type === 'notice' && notices.push(event.message),
    runProvider: async (call) => {
      calls.push(`${call.command} ${call.service}`);
      return answer(call);
    },
  });
  const { project, locate } = await loadProject({
    cwd: '/shop',
    home: '/home/me',
    environment: {},
    files: {
      readText: async () => shop,
      kind: async (path) => (path === '/shop/compose.yaml' ? 'file' : 'missing'),
      readStdin: async () => '',
    },
  });
  if (project === undefined) throw new Error('the file does not load');
  return { engine, session, calls, notices, request: { project, locate } };
}

function variables(
  prefixed: Readonly<Record<string, string>>,
  raw: Readonly<Record<string, string>> = {},
): ProviderVariables {
  return { prefixed: new Map(Object.entries(prefixed)), raw: new Map(Object.entries(raw)) };
}
