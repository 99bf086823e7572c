import { expect, it } from 'vitest';
import {
  createFakeEngine,
  createSession,
  formatPlan,
  loadProject,
  type ModelCall,
  planFor,
  up,
} from '../../../src/index.ts';

const shop = (model: string) => `
name: shop
services:
  chat:
    image: shop
    environment: { SMALL_URL: mine }
    models:
      small-one:
      small: { model_var: NAME }
  other: { image: shop, models: [small] }
  aside: { image: shop }
models:
  small-one: { model: ai/one, context_size: 1024, runtime_flags: [--fast] }
  small: { model: ${model} }
  unused: { model: ai/unused }
`;

it('has the models that services use ready before their containers', async () => {
  const { session, request } = await open();
  expect(formatPlan((await planFor(session, request)).plan)).toMatchInlineSnapshot(`
    "model.prepare:small  small: "chat", "other" use it; pulled when it is not here
    model.prepare:small-one  small-one: "chat" uses it; pulled when it is not here
    network.create:default  shop_default: it does not exist
    container.create:aside/1  shop-aside-1: there is no container shop-aside-1 <- network.create:default
    container.start:aside/1  shop-aside-1: there is no container shop-aside-1 <- container.create:aside/1
    container.create:chat/1  shop-chat-1: there is no container shop-chat-1 <- network.create:default, model.prepare:small, model.prepare:small-one
    container.start:chat/1  shop-chat-1: there is no container shop-chat-1 <- container.create:chat/1
    container.create:other/1  shop-other-1: there is no container shop-other-1 <- network.create:default, model.prepare:small
    container.start:other/1  shop-other-1: there is no container shop-other-1 <- container.create:other/1
    "
  `);
});

it('tells services what their models are called and where they are served', async () => {
  const { session, request, engine, calls, notices } = await open();
  await up(session, request);
  expect(calls).toMatchInlineSnapshot(`
    [
      "small ai/small ",
      "small-one ai/one 1024 --fast",
    ]
  `);
  const environments = [...engine.state().containers.values()].map(
    ({ name, spec }) => `${name}: ${spec.environment.join(' ')}`,
  );
  expect(environments).toMatchInlineSnapshot(`
    [
      "shop-aside-1: ",
      "shop-chat-1: SMALL_URL=http://runner/ NAME=ai/small SMALL_ONE_MODEL=ai/one SMALL_ONE_URL=http://runner/",
      "shop-other-1: SMALL_MODEL=ai/small SMALL_URL=http://runner/",
    ]
  `);
  expect(notices).toMatchInlineSnapshot(`
    [
      "model "small" overrides the variable SMALL_URL of service "chat"",
    ]
  `);
});

it('keeps containers as long as nothing that they are told changed', async () => {
  const opened = await open();
  const { session, request, engine } = opened;
  await up(session, request);
  const writes = engine.writes().length;
  expect((await planFor(session, request)).plan.steps.map(({ kind }) => kind)).toEqual([
    'model.prepare',
    'model.prepare',
  ]);
  await up(session, request);
  expect(engine.writes().length).toBe(writes);
  opened.serveAt('http://elsewhere/');
  const { plan } = await up(session, request);
  expect(
    plan.steps.filter(({ kind }) => kind === 'container.create').map(({ reason }) => reason),
  ).toMatchInlineSnapshot(`
    [
      "environment.SMALL_ONE_URL "http://runner/" -> "http://elsewhere/", environment.SMALL_URL "http://runner/" -> "http://elsewhere/"",
      "environment.SMALL_URL "http://runner/" -> "http://elsewhere/"",
    ]
  `);
});

it('announces before anything is asked that another model recreates its users', async () => {
  const { session, request, load } = await open();
  await up(session, request);
  const { plan } = await planFor(session, await load('ai/big'));
  expect(
    plan.steps.filter(({ kind }) => kind === 'container.create').map(({ reason }) => reason),
  ).toMatchInlineSnapshot(`
    [
      "environment.NAME "ai/small" -> "ai/big"",
      "environment.SMALL_MODEL "ai/small" -> "ai/big"",
    ]
  `);
});

it('touches nothing when a model cannot be served', async () => {
  const { session, request, engine, serveAt } = await open();
  serveAt(undefined);
  const { result } = await up(session, request);
  expect(result.outcome).toBe('failed');
  expect(engine.writes()).toEqual([]);
});

async function open() {
  const calls: string[] = [];
  const notices: string[] = [];
  let url: string | undefined = 'http://runner/';
  const engine = createFakeEngine({});
  const session = createSession({
    driver: engine.driver,
    onEvent: (event) => event.type === 'notice' && notices.push(event.message),
    prepareModel: async ({ name, model, contextSize, runtimeFlags }: ModelCall) => {
      calls.push([name, model, contextSize, ...runtimeFlags].join(' '));
      if (url === undefined) throw new Error('no disk');
      return url;
    },
  });
  const load = async (model: string) => {
    const { project, locate } = await loadProject({
      cwd: '/shop',
      home: '/home/me',
      environment: {},
      files: {
        readText: async () => shop(model),
        kind: async (path) => (path === '/shop/compose.yaml' ? 'file' : 'missing'),
        readStdin: async () => '',
      },
    });
    if (project === undefined) throw new Error('the file does not load');
    return { project, locate };
  };
  const serveAt = (address: string | undefined) => {
    url = address;
  };
  return { engine, session, calls, notices, load, serveAt, request: await load('ai/small') };
}
