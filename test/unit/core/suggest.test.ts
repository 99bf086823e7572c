import { expect, test } from 'vitest';
import { suggest } from '../../../src/core/suggest.ts';

test.each([
  ['imgae', ['image', 'init', 'links'], ['image']],
  ['Image', ['image'], ['image']],
  ['enviroment', ['environment', 'env_file'], ['environment']],
  ['prot', ['port', 'ports', 'pull'], ['port']],
  ['xyz', ['image', 'build'], []],
  ['', ['a'], ['a']],
  ['depend_on', ['depends_on', 'ports'], ['depends_on']],
])('%s', (typed, candidates, expected) => {
  expect(suggest(typed, candidates)).toEqual(expected);
});

test('the nearest comes first, and equals keep their order', () => {
  expect(suggest('port', ['sort', 'ports', 'port', 'fort'])).toEqual(['port', 'sort', 'ports']);
  expect(suggest('port', ['sort', 'ports', 'port', 'fort'], 1)).toEqual(['port']);
});

test('a word is near when few insertions, deletions, replacements and swaps make it of the other', () => {
  const letters = ['', 'a', 'b', 'c'];
  const words = new Set(
    letters.flatMap((one) =>
      letters.flatMap((two) => letters.flatMap((three) => letters.map((four) => one + two + three + four))),
    ),
  );
  const wrong: string[] = [];
  for (const typed of words) {
    for (const candidate of words) {
      const isNear =
        plainDistance(`xy${typed}z`, `xy${candidate}z`) <= Math.max(1, Math.floor((typed.length + 3) / 3));
      if (isNear !== suggest(`xy${typed}z`, [`xy${candidate}z`]).length > 0)
        wrong.push(`${typed} ${candidate}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('of thousands of candidates only the first are looked at', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `service${index}`);
  expect(suggest('servixe7', names, 1)).toEqual(['service7']);
  expect(suggest('last', [...names, 'lasT'])).toEqual([]);
});

/** The whole table, cell by cell. */
function plainDistance(left: string, right: string): number {
  const table: number[][] = [];
  const cell = (row: number, column: number): number => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row <= left.length; row += 1) {
    table.push([]);
    for (let column = 0; column <= right.length; column += 1) {
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const best = Math.min(
        row === 0 ? column : cell(row - 1, column) + 1,
        column === 0 ? row : cell(row, column - 1) + 1,
        row === 0 || column === 0
          ? Number.POSITIVE_INFINITY
          : cell(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1),
        isSwap ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      table[row]?.push(best);
    }
  }
  return cell(left.length, right.length);
}
