import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import { main } from '../../../../src/cli/main.ts';
import { version } from '../../../../src/core/version.ts';
import { fakeIo } from '../../../support/fake-io.ts';

test.each([
  ['version', `Flotilla version v${version}\n`],
  ['version -f pretty', `Flotilla version v${version}\n`],
  ['version --short', `${version}\n`],
  ['version --format json', `{"version":"v${version}"}\n`],
  ['-v', `Flotilla version v${version}\n`],
])('%s', async (line, expected) => {
  const { io, stdout } = fakeIo(line.split(' '));
  expect(await main(io, commands)).toBe(0);
  expect(stdout()).toBe(expected);
});

test('the version is that of package.json, and the newest of the changelog', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(version);
  expect(/^## \[(.*?)\]/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1]).toBe(version);
});
