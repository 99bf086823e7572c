import { describe, expect, it } from 'vitest';
import {
  dependenciesOf,
  dependencyOrder,
  dependentsOf,
  type Project,
  selectServices,
} from '../../../src/compose/index.ts';
import type { ServiceName } from '../../../src/core/ids.ts';
import { load, printed } from './support.ts';

const yaml = `
services:
  app: {image: x, depends_on: [db, cache]}
  worker: {image: x, depends_on: [cache]}
  db: {image: x}
  cache: {image: x, depends_on: {metrics: {condition: service_started, required: false}}}
  metrics: {image: x, profiles: [debug]}
`;

async function project(): Promise<Project> {
  const { project: loaded, diagnostics } = await load(yaml);
  if (loaded === undefined) throw new Error(printed(diagnostics));
  return loaded;
}

const names = (services: ReadonlyMap<ServiceName, unknown>): readonly string[] => [...services.keys()];

describe('selecting services', () => {
  it('brings what the named ones need', async () => {
    const selected = selectServices(await project(), ['app'], { dependencies: 'include' });
    expect(names(selected.services)).toEqual(['app', 'cache', 'db']);
    expect(names(selected.disabledServices)).toEqual(['metrics', 'worker']);
  });

  it('takes only the named ones, and cuts their edges, when dependencies are ignored', async () => {
    const selected = selectServices(await project(), ['app', 'db'], { dependencies: 'ignore' });
    expect(names(selected.services)).toEqual(['app', 'db']);
    expect([...(selected.services.get('app' as ServiceName)?.depends_on?.keys() ?? [])]).toEqual(['db']);
  });

  it('knows globs', async () => {
    const select = async (pattern: string): Promise<readonly string[]> =>
      names(selectServices(await project(), [pattern], { dependencies: 'ignore' }).services);
    expect(await select('*')).toEqual(['app', 'cache', 'db', 'worker']);
    expect(await select('?pp')).toEqual(['app']);
    expect(await select('[cw]*')).toEqual(['cache', 'worker']);
  });

  it('throws for a name that nobody has', async () => {
    const loaded = await project();
    expect(() => selectServices(loaded, ['nope'], { dependencies: 'include' })).toThrow(
      'no such service: nope',
    );
  });

  it('checks a service that only its name enables', async () => {
    const parts = 'services: {app: {image: x}, tool: {profiles: [debug]}}';
    expect((await load(parts, { services: ['app'] })).diagnostics).toEqual([]);
    expect(printed((await load(parts, { services: ['tool'] })).diagnostics)).toMatchInlineSnapshot(`
      "error compose.missing-key at compose.yaml:1:35 services.tool
      service "tool" has neither an image nor a build context specified: invalid compose project
      1 | services: {app: {image: x}, tool: {profiles: [debug]}}
        |                                   ^^^^^^^^^^^^^^^^^^^
      hint: Add "image: …" or "build: …".
      "
    `);
  });

  it('is a diagnostic when it happens while loading', async () => {
    const { diagnostics } = await load(yaml, { services: ['ap'] });
    expect(printed(diagnostics)).toMatchInlineSnapshot(`
      "error compose.no-service
      no such service: ap
      hint: Did you mean "app"? The services are "app", "cache", "db", "worker".
      "
    `);
  });

  it('enables a service that is named although its profile is not', async () => {
    const { project: loaded } = await load(yaml, { services: ['metrics'] });
    expect(loaded && names(loaded.services)).toEqual(['metrics']);
  });
});

describe('a named service that its profile does not enable', () => {
  const profiles = `
services:
  plain: {image: i}
  a: {image: i, profiles: [x], depends_on: [b]}
  b: {image: i, profiles: [x, z], depends_on: [c]}
  c: {image: i, profiles: [z]}
  s: {image: i, profiles: [x]}
  d: {image: i, profiles: [w], depends_on: {e: {condition: service_started, required: false}}}
  e: {image: i, profiles: [w]}
  g: {image: i, profiles: [x, z], depends_on: [c, s]}
`;
  const chosen = async (...services: readonly string[]) => {
    const { project: loaded, diagnostics } = await load(profiles, { services });
    return loaded === undefined ? diagnostics.map(({ message }) => message) : names(loaded.services);
  };

  it('enables its profiles for what it needs, as docker compose does', async () => {
    expect(await chosen('b')).toEqual(['b', 'c']);
    expect(await chosen('g')).toEqual(['c', 'g', 's']);
    expect(await chosen('d')).toEqual(['d', 'e']);
    expect(await chosen('a', 'c')).toEqual(['a', 'b', 'c']);
  });

  it('leaves others of the profile alone, even when they could not be brought up', async () => {
    expect(await chosen('s')).toEqual(['s']);
    expect(await chosen('c')).toEqual(['c']);
  });

  it('does not enable other profiles of what it needs', async () => {
    const expected = ['service "b" depends on undefined service "c": invalid compose project'];
    expect(await chosen('a')).toEqual(expected);
    expect(await chosen('plain', 'a')).toEqual(expected);
  });
});

describe('the dependency graph', () => {
  it('puts every service after what it needs', async () => {
    expect(dependencyOrder(await project())).toEqual(['cache', 'db', 'app', 'worker']);
  });

  it('answers in both directions', async () => {
    const loaded = await project();
    expect(dependenciesOf(loaded, 'app' as ServiceName)).toEqual(['cache', 'db']);
    expect(dependentsOf(loaded, 'cache' as ServiceName)).toEqual(['app', 'worker']);
  });
});
