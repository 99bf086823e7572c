import { expect, it } from 'vitest';
import type { Project, Service, WatchRule } from '../../../../src/compose/index.ts';
import { serviceName } from '../../../../src/core/ids.ts';
import { mountedRules, watchRules } from '../../../../src/scheduler/watch/rules.ts';

const web = serviceName('web');

function project(rules: readonly WatchRule[], more: Partial<Service> = {}): Project {
  const service = { name: web, develop: { watch: rules }, ...more } as Service;
  return { services: new Map([[web, service]]) } as unknown as Project;
}

function rule(own: Partial<WatchRule>, more: Partial<Service> = {}, ignored: readonly string[] = []) {
  const [made] = watchRules(
    project([{ path: '/p/src', action: 'sync', target: '/app', ...own }], more),
    new Set(),
    () => ignored,
  );
  if (made === undefined) throw new Error('no rule');
  return made;
}

it('what editors and version control leave does not count', () => {
  const { counts, skips } = rule({});
  expect(['a.js', '', '.a.js.swp', 'a.js~', '.git/HEAD', '4913', 'sub/.#a'].map(counts)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(skips('.git')).toBe(true);
});

it('ignored is what the rule says of its own path, and the .dockerignore of the build context', () => {
  const { counts } = rule({ ignore: ['*.log'] }, { build: { context: '/p' } as never }, ['src/cache', 'x']);
  expect(['a.log', 'cache/a', 'x', 'a'].map(counts)).toEqual([false, false, true, true]);
});

it('included is only what the rule says, if it says anything', () => {
  const { counts, skips } = rule({ include: ['**/*.js'], ignore: ['old'] });
  expect(['a.js', 'sub/b.js', 'a.css', 'old/a.js'].map(counts)).toEqual([true, true, false, false]);
  expect(skips('sub')).toBe(false);
});

it('a rule for what a mount shows anyway is left out, unless it does more than copy', () => {
  const volumes = [{ type: 'bind', source: '/p', target: '/all' }] as never;
  const rules: readonly WatchRule[] = [
    { path: '/p/src', action: 'sync', target: '/all/src/' },
    { path: '/p/src', action: 'rebuild' },
    { path: '/q', action: 'sync', target: '/app' },
    { path: '/p/conf', action: 'sync+restart', target: '/all/conf' },
    { path: '/p/src', action: 'sync', target: '/elsewhere/' },
  ];
  const made = watchRules(project(rules, { volumes }), new Set(), () => []);
  expect(made.map(({ action, path, index, target }) => [action, path, index, target])).toEqual([
    ['rebuild', '/p/src', 1, undefined],
    ['sync', '/q', 2, '/app'],
    ['sync+restart', '/p/conf', 3, undefined],
    ['sync', '/p/src', 4, '/elsewhere'],
  ]);
  expect(mountedRules(project(rules, { volumes }), new Set())).toEqual([
    { service: web, index: 0, path: '/p/src' },
  ]);
});
