import { describe, expect, test } from 'vitest';
import { OutputClosed } from '../../../../src/cli/io.ts';
import { presentError } from '../../../../src/cli/present-error.ts';
import { createStyle } from '../../../../src/cli/style.ts';
import { DiagnosticsError, FlotillaError } from '../../../../src/core/error.ts';
import { run } from './support.ts';

const plain = createStyle(false);
const circumstances = { program: 'Flotilla v0.1.0, Node v20.19.0, linux x64', commandWord: 'up' };
const present = (thrown: unknown) => presentError(thrown, plain, circumstances);

test('a failure has a sentence, its code, a hint and its own exit code', () => {
  const error = new FlotillaError('engine.refused', 'nothing listens at tcp://box:2375', {
    hint: 'Start the engine.',
    exitCode: 14,
  });
  expect(present(error)).toEqual({
    text: 'error: nothing listens at tcp://box:2375 [engine.refused]\nhint: Start the engine.\n',
    exitCode: 14,
  });
});

test('diagnostics come all at once, each with its position and frame', () => {
  const at = { file: 'compose.yaml', start: { line: 3, column: 5 }, end: { line: 3, column: 10 } };
  const error = new DiagnosticsError([
    { severity: 'warning', code: 'compose.obsolete', message: '"version" is obsolete' },
    {
      severity: 'error',
      code: 'compose.unknown-key',
      message: 'services.web has no key "imgae"',
      hint: 'Did you mean "image"?',
      at,
      frame: '  3 |     imgae: nginx\n    |     ^^^^^\n',
    },
  ]);
  expect(present(error).text).toMatchInlineSnapshot(`
    "warning: "version" is obsolete [compose.obsolete]
    compose.yaml:3:5: error: services.web has no key "imgae" [compose.unknown-key]
      3 |     imgae: nginx
        |     ^^^^^
    hint: Did you mean "image"?
    "
  `);
});

test('colours mark the severity, the position and the hint', () => {
  const error = new FlotillaError('engine.lost', 'lost the engine', { hint: 'Try again.' });
  expect(presentError(error, createStyle(true), circumstances).text).toBe(
    '\u001b[31merror:\u001b[39m lost the engine \u001b[2m[engine.lost]\u001b[22m\n\u001b[36mhint:\u001b[39m Try again.\n',
  );
});

test('what nobody foresaw reads like a bug report, with every cause', () => {
  const error = new TypeError('x is not a function', { cause: new Error('deeper') });
  error.stack =
    'TypeError: x is not a function\n    at plan (/home/me/dist/.new-x1/cli/plan-A1.js:3:1)\n    at /home/me/dist/.new-x1/flotilla.cjs:1:2\n    at node:internal/x:3:4';
  (error.cause as Error).stack = 'Error: deeper\n    at load (load.ts:9:2)';
  expect(present(error).text).toMatchInlineSnapshot(`
    "error: Flotilla has a bug: x is not a function
        at plan (plan-A1.js:3:1)
        at flotilla.cjs:1:2
        at node:internal/x:3:4
      caused by: Error: deeper
        at load (load.ts:9:2)

    Flotilla v0.1.0, Node v20.19.0, linux x64, during "flotilla up".
    Please report these lines, with the Compose file if you can share it. Nothing that you did should end this way.
    "
  `);
  expect(present('just text').text).toContain('Flotilla has a bug: just text');
});

describe('texts of others', () => {
  test('do not drive the terminal', () => {
    const error = new FlotillaError('image.pull', 'registry said \u001b[2J\u009b31m', { hint: 'a\u0007' });
    expect(present(error).text).toBe(
      'error: registry said \\u001b[2J\\u009b31m [image.pull]\nhint: a\\u0007\n',
    );
  });

  test.each([
    ['no answer from https://joe:hunter2@reg.example/v2', 'no answer from https://joe:***@reg.example/v2'],
    ['sent Authorization: Bearer abcdefgh.ijkl', 'sent Authorization: ***'],
    ['header X-Registry-Auth: eyJhbGciOi', 'header X-Registry-Auth: ***'],
    ['{"username":"joe","password":"p w"}', '{"username":"joe","password":***}'],
    ['got bearer abcdefghijkl back', 'got bearer *** back'],
    ['postgres://db/app and user@host', 'postgres://db/app and user@host'],
  ])('do not give secrets away: %s', (message, shown) => {
    expect(present(new FlotillaError('engine.request', message)).text).toBe(
      `error: ${shown} [engine.request]\n`,
    );
  });
});

test('a reader that went away ends the program without a word', async () => {
  expect(await run('up', { failsWith: new OutputClosed() })).toEqual({
    exitCode: 141,
    stdout: '',
    stderr: '',
  });
});

test('an error of the output is told', async () => {
  const { exitCode, stderr } = await run('up', { failsWith: new Error('no space') });
  expect({ exitCode, first: stderr.split('\n')[0] }).toEqual({
    exitCode: 1,
    first: 'error: Flotilla has a bug: no space',
  });
});
