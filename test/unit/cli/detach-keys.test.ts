import { expect, it } from 'vitest';
import { detachKeys } from '../../../src/cli/conversation.ts';

function typed(...pieces: readonly string[]): readonly [string, boolean] {
  const keys = detachKeys();
  let passed = '';
  for (const piece of pieces) {
    const { pass, detach } = keys(Buffer.from(piece, 'latin1'));
    passed += Buffer.from(pass).toString('latin1');
    if (detach) return [passed, true];
  }
  return [passed, false];
}

it('leaves at Ctrl+P Ctrl+Q, also in two pieces, and passes all else on', () => {
  expect(typed('ls\r')).toEqual(['ls\r', false]);
  expect(typed('ls\x10\x11more')).toEqual(['ls', true]);
  expect(typed('ls\x10', '\x11')).toEqual(['ls', true]);
  expect(typed('\x10a\x11')).toEqual(['\x10a\x11', false]);
  expect(typed('\x10', '\x10', '\x11')).toEqual(['\x10', true]);
  expect(typed('\xff\x00')).toEqual(['\xff\x00', false]);
});
