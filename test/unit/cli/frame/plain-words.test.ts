import { expect, test } from 'vitest';
import { rootOptions } from '../../../../src/cli/command-line.ts';
import { commands } from '../../../../src/cli/commands/index.ts';
import type { OptionTable } from '../../../../src/cli/option.ts';
import { readPlainWords } from '../../../../src/cli/plain-words.ts';
import { parseOptions } from '../../../../src/cli/program.ts';
import { createRandom } from '../../../support/random.ts';

const tables: readonly OptionTable[] = [rootOptions, ...commands.map(({ options }) => options)];
const odd = [
  '',
  '-',
  '--',
  'web',
  '-x',
  '-h',
  '--help',
  '--nonsense',
  '-dy',
  '-f=a',
  '5',
  'a=b',
  '--file=a',
  '-1',
];

test('what is read without the parser is what the parser reads', () => {
  const random = createRandom(1);
  let plain = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const options = random.pick(tables);
    const spellings = Object.entries(options).flatMap(([name, { short, oldNames = [] }]) => [
      ...[name, ...oldNames].map((long) => `--${long}`),
      ...(short === undefined ? [] : [`-${short}`]),
    ]);
    const words = Array.from({ length: random.below(6) }, () =>
      random.pick(random.below(4) === 0 || spellings.length === 0 ? odd : spellings),
    );
    const read = readPlainWords(words, options);
    if (read === undefined) continue;
    plain += 1;
    const expected = parseOptions(words, { program: 'flotilla', options, passThrough: false });
    expect(read, words.join(' ')).toEqual(expected);
  }
  expect(plain, 'rounds that compared something').toBeGreaterThan(5000);
});

test.each<[string, string, boolean]>([
  ['flags and words', 'up -d --no-build web', true],
  ['a value in the next word', 'up --attach web', true],
  ['a value behind an equals sign', 'up --attach=web', false],
  ['a value that is missing', 'up --attach', false],
  ['a number', 'up --timeout 5', false],
  ['one of several values', 'up --pull never', false],
  ['several letters', 'up -dy', false],
])('%s', (_, line, isPlain) => {
  const [command, ...words] = line.split(' ');
  const options = commands.find(({ name }) => name === command)?.options ?? {};
  expect(readPlainWords(words, options) !== undefined).toBe(isPlain);
});
