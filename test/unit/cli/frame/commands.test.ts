import { expect, test } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import { globalOptions } from '../../../../src/cli/global-options.ts';
import type { OptionTable } from '../../../../src/cli/option.ts';

test('no two commands share a name', () => {
  const names = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(names).toEqual([...new Set(names)]);
});

test.each([
  ['(global)', globalOptions] as const,
  ...commands.map(({ name, options }) => [name, options] as const),
])('the options of %s have one meaning each', (_, options: OptionTable) => {
  const long = Object.entries(options).flatMap(([name, { oldNames = [] }]) => [name, ...oldNames]);
  const short = Object.values(options).flatMap((option) => option.short ?? []);
  expect(long).toEqual([...new Set(long)]);
  expect(short).toEqual([...new Set(short)]);
  expect(short).not.toContain('h');
  expect([...long, ...short].filter((name) => !/^[a-zA-Z][a-zA-Z\d-]*$/.test(name))).toEqual([]);
});

test.each(commands.map((command) => [command.name, command] as const))(
  '%s loads its action',
  async (_, command) => {
    expect(await command.load()).toMatchObject({ run: expect.any(Function) });
  },
);

test.each(commands.map((command) => [command.name, command] as const))(
  'the summaries of %s fit on a line and have no full stop',
  (_, { summary, options }) => {
    const texts = [summary, ...Object.values(options).map((option) => option.summary)];
    expect(texts.filter((text) => text.endsWith('.') || text.length > 90)).toEqual([]);
  },
);
