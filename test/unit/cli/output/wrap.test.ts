import { expect, it } from 'vitest';
import { wrap } from '../../../../src/cli/output/wrap.ts';

const text = 'container.create:web/1  web-1: its image changed <- image.pull:web\nshort\n';

it('breaks long lines between words and indents what follows', () => {
  expect(`\n${wrap(text, 40)}`).toMatchInlineSnapshot(`
    "
    container.create:web/1  web-1: its image
        changed <- image.pull:web
    short
    "
  `);
});

it('leaves words whole that are too wide by themselves, and everything where there is no terminal', () => {
  expect(wrap('a container.create:web/1 b', 10, '  ')).toBe('a\n  container.create:web/1\n  b');
  expect(wrap(text, undefined)).toBe(text);
});
