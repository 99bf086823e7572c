import { expect, it } from 'vitest';
import { detachKeys, formatDetachKeys, parseDetachKeys } from '../../../src/cli/detach-keys.ts';

function typed(...pieces: readonly string[]): readonly [string, boolean] {
  return typedTo(detachKeys(), pieces);
}

function typedTo(keys: ReturnType<typeof detachKeys>, pieces: readonly string[]): readonly [string, boolean] {
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

it('leaves at other keys when they are asked for', () => {
  const keys = (text: string) => detachKeys(parseDetachKeys(text));
  expect(typedTo(keys('ctrl-x'), ['ls\x10\x11\x18more'])).toEqual(['ls\x10\x11', true]);
  expect(typedTo(keys('ctrl-a,a,d'), ['\x01a\x01a', 'd'])).toEqual(['\x01a', true]);
  expect(typedTo(keys('ctrl-@,ctrl-['), ['\x00\x1b'])).toEqual(['', true]);
  expect(typedTo(keys('~,.'), ['~~.'])).toEqual(['~', true]);
});

it.each(['', 'ctrl-x,', 'ctrl-1', 'control-x', 'ab', 'é'])('refuses %j, and says what keys are', (text) => {
  expect(() => parseDetachKeys(text)).toThrow(`invalid detach keys "${text}"`);
});

it.each(['ctrl-p,ctrl-q', 'ctrl-@,a,~,DEL', 'ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_'])(
  'tells an engine of %s in its own words',
  (text) => {
    expect(formatDetachKeys(parseDetachKeys(text))).toBe(text);
    expect(formatDetachKeys(parseDetachKeys(text.replace('ctrl', 'CTRL')))).toBe(text);
  },
);
