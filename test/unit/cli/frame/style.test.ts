import { expect, test } from 'vitest';
import { wantsColour } from '../../../../src/cli/style.ts';
import { fakeIo } from '../../../support/fake-io.ts';

test.each([
  ['a terminal', true, {}, {}, true],
  ['a pipe', false, {}, {}, false],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, {}, false],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, {}, true],
  ['a dumb terminal', true, { TERM: 'dumb' }, {}, false],
  ['--ansi always to a pipe', false, { NO_COLOR: '1' }, { ansi: 'always' as const }, true],
  ['--ansi never', true, {}, { ansi: 'never' as const }, false],
  ['--no-ansi', true, {}, { noAnsi: true }, false],
  ['COMPOSE_ANSI=never', true, { COMPOSE_ANSI: 'never' }, {}, false],
])('%s', (_, isTTY, environment, global, coloured) => {
  const { io } = fakeIo([], { isTTY, environment });
  expect(wantsColour(io.stdout, io, { ansi: undefined, noAnsi: false, ...global })).toBe(coloured);
});
