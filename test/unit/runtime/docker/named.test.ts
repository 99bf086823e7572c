import { expect, test } from 'vitest';
import { isNamed } from '../../../../src/runtime/docker/discover.ts';

const options = (environment: Readonly<Record<string, string>> = {}, config = '{}') => ({
  environment,
  home: '/home/user',
  files: { readText: async () => config },
});

test.for([
  ['nothing', options(), false],
  ['the command line', { ...options(), host: 'unix:///x' }, true],
  ['a context of the command line', { ...options(), context: 'default' }, true],
  ['DOCKER_HOST', options({ DOCKER_HOST: 'unix:///x' }), true],
  ['DOCKER_CONTEXT', options({ DOCKER_CONTEXT: 'lab' }), true],
  ['DOCKER_CONTEXT, the default one', options({ DOCKER_CONTEXT: 'default' }), false],
  ['the current context', options({}, '{"currentContext":"prod"}'), true],
  ['the current context, the default one', options({}, '{"currentContext":"default"}'), false],
] as const)('whether an engine is named by %s', async ([, given, named]) => {
  expect(await isNamed(given)).toBe(named);
});
