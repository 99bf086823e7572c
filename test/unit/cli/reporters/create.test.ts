import { expect, test } from 'vitest';
import { OutputClosed } from '../../../../src/cli/io.ts';
import { chooseReporterMode, createReporter, type ModeRequest } from '../../../../src/cli/reporters/index.ts';
import { story } from './stories.ts';
import { createOptions, createOutput } from './support.ts';

test('the mode follows the flags, then the terminal', () => {
  const base: ModeRequest = { progress: undefined, ansi: undefined, isTTY: true, terminal: 'xterm' };
  expect(
    [
      base,
      { ...base, isTTY: false },
      { ...base, ansi: 'never' as const },
      { ...base, terminal: 'dumb' },
      { ...base, progress: 'auto' as const, ansi: 'always' as const, isTTY: false },
      { ...base, progress: 'tty' as const, isTTY: false },
      { ...base, progress: 'json' as const },
    ].map(chooseReporterMode),
  ).toEqual(['tty', 'plain', 'plain', 'plain', 'tty', 'tty', 'json']);
});

test('a reporter that fails is named once and then left alone', async () => {
  const output = createOutput();
  let writes = 0;
  const broken = {
    ...output,
    write(text: string | Uint8Array) {
      writes += 1;
      if (writes === 1) throw new Error('no \u001bspace');
      output.write(text);
    },
  };
  const reporter = await createReporter('plain', createOptions(broken).options);
  const tale = story(['network.create:default']);
  for (const event of [
    tale.begin(),
    tale.started('network.create:default'),
    tale.settled('network.create:default'),
    tale.notice('more'),
  ]) {
    reporter.event(event);
  }
  reporter.makeRoom();
  await reporter.close();
  expect(output.text()).toMatchInlineSnapshot(`
    "warning: the plain progress display failed and is left out from here on: no \\u001bspace
    "
  `);
});

test('nothing is said to an output that is closed', async () => {
  const output = createOutput();
  let attempts = 0;
  const closed = {
    ...output,
    write() {
      attempts += 1;
      throw new OutputClosed();
    },
  };
  const reporter = await createReporter('json', createOptions(closed).options);
  const tale = story([]);
  reporter.event(tale.begin());
  reporter.event(tale.end());
  await reporter.close();
  expect(attempts).toBe(1);
});
