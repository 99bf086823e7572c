import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogPrinter, type LogPrinterOptions } from '../../../../src/cli/output/log-printer.ts';

function collect(): Writable & { readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}

function open(options: Partial<LogPrinterOptions> = {}) {
  const stdout = collect();
  const stderr = collect();
  const printer = createLogPrinter({
    stdout,
    stderr,
    color: false,
    prefix: true,
    timestamps: false,
    now: () => 0,
    ...options,
  });
  const say = (name: string, data: string | Uint8Array, more: { stream?: 'stderr'; time?: string } = {}) =>
    printer.chunk(name, {
      stream: more.stream ?? 'stdout',
      data: Buffer.from(data as string),
      ...(more.time === undefined ? {} : { time: more.time }),
    });
  return { printer, say, stdout, stderr };
}

test('names are padded to the longest one that is known', async () => {
  const { printer, say, stdout } = open();
  printer.register('db-1');
  printer.register('migrate-1');
  await say('db-1', 'ready\n');
  await say('migrate-1', 'one\ntwo\n');
  expect(stdout.text()).toBe('db-1       | ready\nmigrate-1  | one\nmigrate-1  | two\n');
});

test('a name that was not announced widens the column from then on', async () => {
  const { say, stdout } = open();
  await say('db-1', 'a\n');
  await say('longer-1', 'b\n');
  await say('db-1', 'c\n');
  expect(stdout.text()).toBe('db-1  | a\nlonger-1  | b\ndb-1      | c\n');
});

test('lines come together across chunks, also in the middle of a character', async () => {
  const { printer, say, stdout } = open();
  const bytes = Buffer.from('grüße 🐳\n');
  for (const byte of bytes) await say('web-1', Buffer.from([byte]));
  await say('web-1', 'unfinished');
  expect(stdout.text()).toBe('web-1  | grüße 🐳\n');
  printer.end('web-1');
  expect(stdout.text()).toBe('web-1  | grüße 🐳\nweb-1  | unfinished\n');
  printer.end('web-1');
  expect(stdout.text()).toBe('web-1  | grüße 🐳\nweb-1  | unfinished\n');
});

test('the two streams of a container do not mix within a line, and errors go to standard error', async () => {
  const { printer, say, stdout, stderr } = open();
  await say('web-1', 'out');
  await say('web-1', 'err\n', { stream: 'stderr' });
  await say('web-1', 'put\n');
  printer.end('web-1');
  expect(stdout.text()).toBe('web-1  | output\n');
  expect(stderr.text()).toBe('web-1  | err\n');
});

test('what containers print passes unchanged, what they are called does not', async () => {
  const { say, stdout } = open();
  await say('we\u001b[2Jb', '\u001b[31mred\u001b[0m\r\n50%\r100%\r\n\n');
  expect(stdout.text()).toBe(
    'we\\u001b[2Jb  | \u001b[31mred\u001b[0m\r\nwe\\u001b[2Jb  | 50%\r100%\r\nwe\\u001b[2Jb  | \n',
  );
});

test('each name has a colour, in the order of their announcement, and the colours come round again', async () => {
  const { printer, say, stdout } = open({ color: true });
  for (let number = 1; number <= 11; number += 1) printer.register(`s${number}`);
  for (let number = 1; number <= 11; number += 1) await say(`s${number}`, 'x\n');
  expect(stdout.text().replaceAll('\u001b', '␛')).toMatchInlineSnapshot(`
    "␛[36ms1   | ␛[0mx
    ␛[33ms2   | ␛[0mx
    ␛[32ms3   | ␛[0mx
    ␛[35ms4   | ␛[0mx
    ␛[34ms5   | ␛[0mx
    ␛[36;1ms6   | ␛[0mx
    ␛[33;1ms7   | ␛[0mx
    ␛[32;1ms8   | ␛[0mx
    ␛[35;1ms9   | ␛[0mx
    ␛[34;1ms10  | ␛[0mx
    ␛[36ms11  | ␛[0mx
    "
  `);
});

test('a status line bears the name and its colour', () => {
  const plain = open();
  plain.printer.status('db-1', 'exited with code 0');
  expect(plain.stdout.text()).toBe('db-1 exited with code 0\n');
  const coloured = open({ color: true });
  coloured.printer.status('db-1', 'exited with code 0');
  expect(coloured.stdout.text()).toBe('\u001b[36mdb-1 exited with code 0\n\u001b[0m');
});

test('without a prefix only the lines remain', async () => {
  const { say, stdout } = open({ prefix: false, color: true });
  await say('db-1', 'a\nb\n');
  expect(stdout.text()).toBe('a\nb\n');
});

test('a line bears the time at which it began', async () => {
  let now = 0;
  const { printer, say, stdout } = open({ timestamps: true, now: () => now });
  await say('db-1', 'given\n', { time: '2026-01-02T03:04:05.000000006Z' });
  await say('db-1', 'begun ');
  now = 1000;
  await say('db-1', 'ended\nnext\n');
  await say('db-1', 'rest');
  now = 2000;
  printer.end('db-1');
  expect(stdout.text()).toMatchInlineSnapshot(`
    "db-1  | 2026-01-02T03:04:05.000000006Z given
    db-1  | 1970-01-01T00:00:00.000Z begun ended
    db-1  | 1970-01-01T00:00:01.000Z next
    db-1  | 1970-01-01T00:00:01.000Z rest
    "
  `);
});

test('output without line ends is given out before it fills the memory', async () => {
  const { say, stdout } = open({ prefix: false });
  await say('db-1', 'x'.repeat(1024 * 1024 - 1));
  expect(stdout.text()).toBe('');
  await say('db-1', 'xy');
  expect(stdout.text()).toHaveLength(1024 * 1024 + 2);
});

test('room is made before anything is written', async () => {
  const order: string[] = [];
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      order.push(String(chunk));
      done();
    },
  });
  const { say } = open({ stdout, beforeWrite: () => order.push('room') });
  await say('db-1', 'unfinished');
  await say('db-1', ' line\n');
  expect(order).toEqual(['room', 'db-1  | unfinished line\n']);
});

test('a slow reader makes the writers wait, with two listeners however many they are', async () => {
  const stdout = new PassThrough({ highWaterMark: 8 });
  const { say } = open({ stdout, prefix: false });
  let taken = 0;
  const writes = Array.from({ length: 20 }, (_, index) =>
    say(`s${index}`, 'a long line\n').then(() => {
      taken += 1;
    }),
  );
  await Promise.resolve();
  expect(taken).toBe(0);
  expect(stdout.listenerCount('drain') + stdout.listenerCount('close')).toBe(2);
  stdout.resume();
  await Promise.all(writes);
  expect(taken).toBe(20);
  expect(stdout.listenerCount('drain') + stdout.listenerCount('close')).toBe(0);
});

test('a reader that goes away releases the writers', async () => {
  const stdout = new PassThrough({ highWaterMark: 8 });
  const { printer, say } = open({ stdout, prefix: false });
  const write = say('db-1', 'a long line\n');
  stdout.destroy();
  await write;
  await say('db-1', 'more\n');
  await printer.flush();
});

test('a flush waits until a slow reader has everything, also what the stream has room for', async () => {
  let take = () => {};
  const stdout = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      if (chunk.length === 0) done();
      else take = done;
    },
  });
  const { printer, say } = open({ stdout });
  await say('web-1', 'last words\n');
  let flushed = false;
  const flush = printer.flush().then(() => {
    flushed = true;
  });
  await new Promise(setImmediate);
  expect(flushed).toBe(false);
  take();
  await flush;
});
