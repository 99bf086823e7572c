import { expect, it } from 'vitest';
import { load, printed } from './support.ts';

async function said(extension: string, service = ''): Promise<string> {
  const { diagnostics } = await load(
    `services:\n  web:\n    image: x:1\n${service}x-flotilla:${extension}\nx-other: {any: thing}\n`,
  );
  return printed(diagnostics);
}

it('takes our own settings at the top level and in services', async () => {
  expect(await said(' {lint: {disable: [lint.latest-tag, compose.obsolete]}}')).toBe('');
  expect(await said('', '    x-flotilla: {lint: {disable: []}}\n')).toBe('');
  expect(await said(' {lint: }')).toBe('');
});

it('refuses what it does not know, although it stands below an x- key', async () => {
  expect(await said('\n  lnt: {}\n  lint: {disabled: [x]}')).toMatchInlineSnapshot(`
    "error compose.unknown-key at compose.yaml:5:3 x-flotilla.lnt
    x-flotilla additional properties 'lnt' not allowed
    3 |     image: x:1
    4 | x-flotilla:
    5 |   lnt: {}
      |   ^^^
    6 |   lint: {disabled: [x]}
    hint: Did you mean "lint"?

    error compose.unknown-key at compose.yaml:6:10 x-flotilla.lint.disabled
    x-flotilla.lint additional properties 'disabled' not allowed
    4 | x-flotilla:
    5 |   lnt: {}
    6 |   lint: {disabled: [x]}
      |          ^^^^^^^^
    7 | x-other: {any: thing}
    hint: Did you mean "disable"?
    "
  `);
  expect(await said('', '    x-flotilla: {other: 1}\n')).toMatchInlineSnapshot(`
    "error compose.unknown-key at compose.yaml:4:18 services.web.x-flotilla.other
    services.web.x-flotilla additional properties 'other' not allowed
    2 |   web:
    3 |     image: x:1
    4 |     x-flotilla: {other: 1}
      |                  ^^^^^
    5 | x-flotilla:
    hint: Known here: fast_ready, on_content_change, reload_signal, lint.
    "
  `);
});

it('refuses values of another kind', async () => {
  expect(await said(' yes')).toMatchInlineSnapshot(`
    "error compose.invalid-type at compose.yaml:4:13 x-flotilla
    x-flotilla must be a mapping
    2 |   web:
    3 |     image: x:1
    4 | x-flotilla: yes
      |             ^^^
    5 | x-other: {any: thing}
    hint: Write "lint: {disable: [lint.latest-tag]}".
    "
  `);
  expect(await said('\n  lint: {disable: lint.latest-tag}')).toMatchInlineSnapshot(`
    "error compose.invalid-type at compose.yaml:5:19 x-flotilla.lint.disable
    x-flotilla.lint.disable must be a list
    3 |     image: x:1
    4 | x-flotilla:
    5 |   lint: {disable: lint.latest-tag}
      |                   ^^^^^^^^^^^^^^^
    6 | x-other: {any: thing}
    hint: Write "disable: [lint.latest-tag]".
    "
  `);
  expect(await said('\n  lint: {disable: [lint.latest-tag, latest]}')).toMatchInlineSnapshot(`
    "error compose.invalid-value at compose.yaml:5:37 x-flotilla.lint.disable[1]
    x-flotilla.lint.disable[1] is not a code
    3 |     image: x:1
    4 | x-flotilla:
    5 |   lint: {disable: [lint.latest-tag, latest]}
      |                                     ^^^^^^
    6 | x-other: {any: thing}
    hint: A code stands in brackets at the end of a finding: lint.latest-tag.
    "
  `);
});

it('corrects what shall happen when a content changes', async () => {
  expect(
    await said(
      ' {on_content_change: restart}',
      '    x-flotilla: {on_content_change: signal, reload_signal: USR1}\n',
    ),
  ).toBe('');
  expect(
    await said(' {on_content_change: 3}', '    x-flotilla: {on_content_change: reload, reload_signal: 10}\n'),
  ).toMatchInlineSnapshot(`
    "error compose.invalid-value at compose.yaml:5:33 x-flotilla.on_content_change
    x-flotilla.on_content_change cannot be 3
    3 |     image: x:1
    4 |     x-flotilla: {on_content_change: reload, reload_signal: 10}
    5 | x-flotilla: {on_content_change: 3}
      |                                 ^
    6 | x-other: {any: thing}
    hint: Write "recreate", "restart", "signal", "ignore".

    error compose.invalid-value at compose.yaml:4:37 services.web.x-flotilla.on_content_change
    services.web.x-flotilla.on_content_change cannot be "reload"
    2 |   web:
    3 |     image: x:1
    4 |     x-flotilla: {on_content_change: reload, reload_signal: 10}
      |                                     ^^^^^^
    5 | x-flotilla: {on_content_change: 3}
    hint: Write "recreate", "restart", "signal", "ignore".

    error compose.invalid-type at compose.yaml:4:60 services.web.x-flotilla.reload_signal
    services.web.x-flotilla.reload_signal must be a string
    2 |   web:
    3 |     image: x:1
    4 |     x-flotilla: {on_content_change: reload, reload_signal: 10}
      |                                                            ^^
    5 | x-flotilla: {on_content_change: 3}
    hint: Write "reload_signal: SIGHUP", or another name.
    "
  `);
});
