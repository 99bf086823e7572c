import { describe, expect, it } from 'vitest';
import { containerId } from '../../../../src/core/ids.ts';
import { demultiplex } from '../../../../src/runtime/docker/frames.ts';
import type { LogOptions, OutputChunk } from '../../../../src/runtime/index.ts';
import { createRandom } from '../../../support/random.ts';
import { type Answer, collect, failure, frame, scriptedEngine } from './support.ts';

const id = containerId('0123456789ab');
const everything: LogOptions = { follow: false };

/** Runs of chunks of the same stream, joined. */
function joined(chunks: readonly OutputChunk[]): string[] {
  const lines: string[] = [];
  let last: string | undefined;
  for (const { stream, data } of chunks) {
    const text = Buffer.from(data).toString('utf8');
    if (stream === last) lines[lines.length - 1] += text;
    else lines.push(`${stream} ${text}`);
    last = stream;
  }
  return lines;
}

describe("taking the engine's frames apart", () => {
  it('gives the same output wherever the chunks are cut', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = createRandom(seed);
      const frames = Array.from({ length: random.below(8) + 1 }, (_, index) => ({
        stream: random.pick([1, 2] as const),
        text: `${index}:${'é'.repeat(random.below(40))}`,
      }));
      const wire = Buffer.concat(frames.map(({ stream, text }) => frame(stream, text)));
      const cut = async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < wire.length; ) {
          const end = Math.min(wire.length, at + random.below(20));
          yield wire.subarray(at, end);
          at = end;
        }
      };
      const expected = frames.map(({ stream, text }) => ({
        stream: stream === 1 ? ('stdout' as const) : ('stderr' as const),
        data: Buffer.from(text),
      }));
      const whole = await collect(demultiplex(cut(), { whole: true }));
      expect(whole.map(({ stream, data }) => ({ stream, data: Buffer.from(data) }))).toEqual(expected);
      expect(
        Buffer.concat((await collect(demultiplex(cut(), { whole: false }))).map(({ data }) => data)),
      ).toEqual(Buffer.concat(expected.map(({ data }) => data)));
    }
  });

  it('refuses a stream that is not framed', async () => {
    const garbled = async function* () {
      yield Buffer.from('plain text');
    };
    expect(await failure(collect(demultiplex(garbled(), { whole: false })))).toBe(
      "engine.not-an-engine: the engine's output stream is garbled: unknown frame type 112",
    );
  });
});

describe('logs', () => {
  const logsOf = async (answer: Answer, options: LogOptions, inspect: object = { Id: id }) => {
    await using engine = await scriptedEngine({
      [`GET /containers/${id}/logs`]: answer,
      [`GET /containers/${id}/json`]: { json: inspect },
    });
    const driver = await engine.connect();
    const chunks = await collect(driver.logs(id, options));
    return { chunks, calls: engine.asked.map(({ call }) => call) };
  };
  const multiplexed =
    (...frames: readonly Buffer[]): Answer =>
    (response) => {
      response.setHeader('Content-Type', 'application/vnd.docker.multiplexed-stream');
      response.end(Buffer.concat(frames));
    };

  it('keeps stdout and stderr apart', async () => {
    const { chunks, calls } = await logsOf(multiplexed(frame(1, 'a\n'), frame(2, 'b\n'), frame(1, 'c\n')), {
      follow: false,
      tail: 3,
    });
    expect(joined(chunks)).toEqual(['stdout a\n', 'stderr b\n', 'stdout c\n']);
    expect(calls).toEqual([`GET /containers/${id}/logs?stdout=1&stderr=1&follow=0&timestamps=0&tail=3`]);
  });

  it('moves time stamps out of the text, and gives none to a line that goes on', async () => {
    const { chunks } = await logsOf(
      multiplexed(
        frame(1, '2026-01-31T12:00:00.000000001Z one\n'),
        frame(1, '2026-01-31T12:00:00.000000002Z half '),
        frame(1, '2026-01-31T12:00:00.000000003Z line\n'),
        frame(2, '2026-01-31T12:00:00.000000004Z \n'),
      ),
      { ...everything, timestamps: true },
    );
    expect(chunks.map(({ time, stream, data }) => [stream, time, Buffer.from(data).toString()])).toEqual([
      ['stdout', '2026-01-31T12:00:00.000000001Z', 'one\n'],
      ['stdout', '2026-01-31T12:00:00.000000002Z', 'half '],
      ['stdout', undefined, 'line\n'],
      ['stderr', '2026-01-31T12:00:00.000000004Z', '\n'],
    ]);
  });

  it("reads a terminal's log as it is, line by line when it is stamped", async () => {
    const terminal = { Id: id, Config: { Tty: true } };
    const raw: Answer = { type: 'application/vnd.docker.raw-stream', text: '\u0001 raw\r\n' };
    expect(joined((await logsOf(raw, everything, terminal)).chunks)).toEqual(['stdout \u0001 raw\r\n']);
    const stamped: Answer = {
      type: 'application/vnd.docker.raw-stream',
      text: '2026-01-31T12:00:00Z a\r\n2026-01-31T12:00:01Z b',
    };
    const { chunks } = await logsOf(stamped, { ...everything, timestamps: true }, terminal);
    expect(chunks.map(({ time, data }) => [time, Buffer.from(data).toString()])).toEqual([
      ['2026-01-31T12:00:00Z', 'a\r\n'],
      ['2026-01-31T12:00:01Z', 'b'],
    ]);
  });

  it('refuses what is no time', async () => {
    await using engine = await scriptedEngine({});
    const driver = await engine.connect();
    expect(
      await failure(collect(driver.logs(id, { follow: false, since: 'yesterday' }))),
    ).toMatchInlineSnapshot(`
      "cli.usage: "yesterday" is not a time
        Write a duration (10m, 1h30m), an RFC 3339 time (2026-01-31T12:00:00Z) or Unix seconds."
    `);
  });
});

describe('attaching', () => {
  it('resolves once attached, before there is output, and ends with the stream', async () => {
    let finish = (): void => undefined;
    await using engine = await scriptedEngine({
      [`POST /containers/${id}/attach`]: (response) => {
        response.setHeader('Content-Type', 'application/vnd.docker.raw-stream');
        response.flushHeaders();
        finish = () => void response.end(frame(2, 'oops\n'));
      },
      [`GET /containers/${id}/json`]: { json: { Id: id, Config: { Tty: false } } },
    });
    const driver = await engine.connect();
    const output = await driver.attach(id);
    finish();
    expect(joined(await collect(output))).toEqual(['stderr oops\n']);
  });

  it('ends with the reason of an abort, and frees its connection', async () => {
    await using engine = await scriptedEngine({
      [`POST /containers/${id}/attach`]: (response) => response.flushHeaders(),
      [`GET /containers/${id}/json`]: { json: { Id: id } },
    });
    const driver = await engine.connect();
    const stop = new AbortController();
    const output = await driver.attach(id, stop.signal);
    const reading = collect(output);
    stop.abort(new Error('enough'));
    expect(await failure(reading)).toBe('Error: enough');
    await driver.close();
    await engine.idle();
  });

  it('reports an engine that goes away in the middle', async () => {
    await using engine = await scriptedEngine({
      [`POST /containers/${id}/attach`]: (response) => response.flushHeaders(),
      [`GET /containers/${id}/json`]: { json: { Id: id } },
    });
    const driver = await engine.connect();
    const reading = collect(await driver.attach(id));
    engine.crash();
    expect((await failure(reading)).replace(engine.socket, 'SOCKET')).toMatchInlineSnapshot(`
      "engine.lost: lost the engine at unix://SOCKET while trying to attach to container "0123456789ab": socket hang up
        See whether it still runs, and run the command again: it goes on from what is there."
    `);
  });
});
