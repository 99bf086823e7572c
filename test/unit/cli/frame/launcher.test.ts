import { describe, expect, test } from 'vitest';
import { packCode, unpackCode } from '../../../../src/cli/launcher/pack.ts';

describe('a pack of compiled code', () => {
  test('gives back what was put in, each piece where V8 wants it', () => {
    const code = [
      ['bin-A.cjs', Buffer.from('12345')],
      ['empty.cjs', Buffer.alloc(0)],
      ['chunk-B.cjs', Buffer.from('x'.repeat(17))],
    ] as const;
    const pack = packCode(code);
    const pieces = unpackCode(pack);
    expect([...pieces]).toEqual(code.map(([name, data]) => [name, Buffer.from(data)]));
    for (const piece of pieces.values()) expect((piece.byteOffset - pack.byteOffset) % 8).toBe(0);
  });

  test.each(['', 'abc', '\u0005\u0000\u0000\u0000{"a":', 'x'.repeat(100)])(
    'that is damaged throws: %j',
    (text) => {
      expect(() => unpackCode(Buffer.from(text))).toThrow();
    },
  );
});
