import { expect, it } from 'vitest';
import { historyLayout, historyRows } from '../../../src/cli/output/image-history.ts';
import { formatRows } from '../../../src/cli/output/rows.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const steps = [
  {
    id: `sha256:${'ab'.repeat(32)}`,
    createdAt: now - 3_600_000,
    by: 'RUN\tsomething that is rather long and does not fit into it',
    size: 1_234_567,
    comment: 'buildkit.dockerfile.v0',
  },
  { by: 'ADD rootfs.tar / # \u001b[31mred', size: 0, comment: '' },
];
const shown = (human: boolean, noTrunc = false) =>
  formatRows(historyRows(steps, { now, human, noTrunc }), 'table', historyLayout(human));

it('shows steps in words, cut to a width', () => {
  expect(shown(true)).toMatchInlineSnapshot(`
    "IMAGE          CREATED             CREATED BY                                      SIZE      COMMENT
    abababababab   About an hour ago   RUN something that is rather long and does n…   1.23MB    buildkit.dockerfile.v0
    <missing>      N/A                 ADD rootfs.tar / # \\u001b[31mred                0B        
    "
  `);
});

it('shows them in figures, and in full', () => {
  expect(shown(false, true).replace(/2026-11-27T\S+/, 'TIME')).toMatchInlineSnapshot(`
    "IMAGE                                                                     CREATED AT             CREATED BY                                                   SIZE      COMMENT
    sha256:abababababababababababababababababababababababababababababababab   TIME   RUN something that is rather long and does not fit into it   1234567   buildkit.dockerfile.v0
    <missing>                                                                                        ADD rootfs.tar / # \\u001b[31mred                             0         
    "
  `);
});
