import { expect, test } from 'vitest';
import { alignTabs, renderTable } from '../../../../src/cli/output/table.ts';

test('columns are as wide as their widest cell and three spaces, the last one is not padded', () => {
  const table = renderTable(
    ['NAME', 'STATUS', 'PORTS'],
    [
      ['shop-database-1', 'Up 3 seconds', ''],
      ['a', 'Created', '80/tcp'],
    ],
  );
  expect(table.replaceAll(' ', '.')).toMatchInlineSnapshot(`
    "NAME..............STATUS.........PORTS
    shop-database-1...Up.3.seconds...
    a.................Created........80/tcp
    "
  `);
});

test('a narrow column still takes ten', () => {
  expect(renderTable(['A', 'B'], [['x', 'y']])).toBe('A         B\nx         y\n');
});

test('lines without tabs separate the columns above from those below', () => {
  expect(alignTabs('long long cell\tx\nnone\na\tb\n', { padding: 1, minWidth: 0 })).toBe(
    'long long cell x\nnone\na b\n',
  );
});

test('wide characters keep columns straight', () => {
  expect(renderTable(['NAME', 'B'], [['数据库数据库', 'y']])).toBe('NAME           B\n数据库数据库   y\n');
});
