import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Io, Output, SignalName } from '../../../src/cli/io.ts';
import { followTerminalSize, terminalSize, withRawTerminal } from '../../../src/cli/terminal.ts';

function createTerminal(isTTY = true) {
  const modes: boolean[] = [];
  const listeners = new Map<SignalName, () => void>();
  const stream = Object.assign(new PassThrough(), {
    setRawMode(mode: boolean) {
      modes.push(mode);
    },
  });
  const io: Pick<Io, 'stdin' | 'onSignal'> = {
    stdin: { isTTY, readText: () => Promise.resolve(''), stream: () => stream },
    onSignal(signal, listener) {
      listeners.set(signal, listener);
      return () => listeners.delete(signal);
    },
  };
  return { io, modes, listeners, stream };
}

test('the terminal is raw while the work goes on, and then no longer', async () => {
  const { io, modes, listeners, stream } = createTerminal();
  const result = await withRawTerminal(io, async () => [...modes]);
  expect(result).toEqual([true]);
  expect(modes).toEqual([true, false]);
  expect(listeners.size).toBe(0);
  expect(stream.isPaused()).toBe(true);
});

test('it is put back when the work fails', async () => {
  const { io, modes, listeners } = createTerminal();
  await expect(withRawTerminal(io, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(modes).toEqual([true, false]);
  expect(listeners.size).toBe(0);
});

test('a signal puts it back at once and ends the work with the exit code of a shell', async () => {
  const { io, modes, listeners } = createTerminal();
  const work = withRawTerminal(
    io,
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
  listeners.get('SIGTERM')?.();
  expect(modes).toEqual([true, false]);
  await expect(work).rejects.toMatchObject({ code: 'run.cancelled', exitCode: 143 });
});

test('without a terminal the work just runs', async () => {
  const { io, modes, listeners } = createTerminal(false);
  expect(await withRawTerminal(io, async (signal) => signal.aborted)).toBe(false);
  expect(modes).toEqual([]);
  expect(listeners.size).toBe(0);
});

function createOutput(columns: number | undefined, rows: number | undefined) {
  const output: Output & { columns: number | undefined } = {
    isTTY: true,
    columns,
    rows,
    write() {},
    stream: () => new PassThrough(),
  };
  return output;
}

test('sizes are told at first and when they have changed', () => {
  const { io, listeners } = createTerminal();
  const output = createOutput(80, 24);
  const sizes: unknown[] = [];
  const stop = followTerminalSize(io, output, (size) => sizes.push(size));
  listeners.get('SIGWINCH')?.();
  output.columns = 120;
  listeners.get('SIGWINCH')?.();
  expect(sizes).toEqual([
    { columns: 80, rows: 24 },
    { columns: 120, rows: 24 },
  ]);
  stop();
  expect(listeners.size).toBe(0);
});

test('a terminal without a size has none', () => {
  expect(terminalSize(createOutput(undefined, undefined))).toBeUndefined();
  expect(terminalSize(createOutput(0, 0))).toBeUndefined();
});
