import type { ContainerId } from '../../core/ids.ts';
import { momentInSeconds } from '../../core/moment.ts';
import type { InputSession, LeaveKeys, LogOptions, OutputChunk } from '../driver.ts';
import { apiPath, type ByteStream, type EngineClient } from './client.ts';
import { optional } from './fields.ts';
import { demultiplex } from './frames.ts';
import { resize, writeInput } from './input.ts';
import { shortId } from './short-id.ts';
import { takeFrameTimes, takeLineTimes } from './timestamps.ts';
import type { ContainerBody } from './wire.ts';

export async function* readLogs(
  client: EngineClient,
  container: ContainerId,
  options: LogOptions,
  now: () => number,
  signal?: AbortSignal,
): AsyncGenerator<OutputChunk> {
  const stream = await client.stream(
    {
      method: 'GET',
      path: apiPath`/containers/${container}/logs`,
      query: {
        stdout: true,
        stderr: true,
        follow: options.follow,
        timestamps: options.timestamps ?? false,
        tail: options.tail ?? 'all',
        since: options.since === undefined ? undefined : momentInSeconds(options.since, now()),
        until: options.until === undefined ? undefined : momentInSeconds(options.until, now()),
      },
      task: `read the logs of container ${shortId(container)}`,
    },
    signal,
  );
  const terminal = await hasTerminal(client, container, stream, signal);
  if (options.timestamps) {
    yield* terminal
      ? takeLineTimes(stream.chunks)
      : takeFrameTimes(demultiplex(stream.chunks, { whole: true }));
    return;
  }
  yield* outputOf(stream.chunks, terminal);
}

export async function attachOutput(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
): Promise<AsyncIterable<OutputChunk>> {
  const stream = await client.stream(
    {
      method: 'POST',
      path: apiPath`/containers/${container}/attach`,
      query: { stream: true, stdout: true, stderr: true },
      task: `attach to container ${shortId(container)}`,
    },
    signal,
  );
  return outputOf(stream.chunks, await hasTerminal(client, container, stream, signal));
}

/** As `Driver.attachInput`. */
export async function attachInput(
  client: EngineClient,
  container: ContainerId,
  signal?: AbortSignal,
  leave?: LeaveKeys,
): Promise<InputSession> {
  const { socket, ...stream } = await client.hijack(
    {
      method: 'POST',
      path: apiPath`/containers/${container}/attach`,
      query: { stream: true, stdin: true, stdout: true, stderr: true, ...optional('detachKeys', leave) },
      task: `attach to container ${shortId(container)}`,
    },
    signal,
  );
  return {
    output: outputOf(stream.chunks, await hasTerminal(client, container, stream, signal)),
    write: (data) => writeInput(socket, data),
    end: () => void socket.end(),
    resize: (size) => resize(client, apiPath`/containers/${container}`, size, signal),
  };
}

/** A terminal's output is one raw stream; else the engine frames it. */
export async function* outputOf(
  chunks: AsyncIterable<Uint8Array>,
  terminal: boolean,
): AsyncGenerator<OutputChunk> {
  if (!terminal) {
    yield* demultiplex(chunks, { whole: false });
    return;
  }
  for await (const data of chunks) yield { stream: 'stdout', data };
}

/** A newer engine's content type may tell that the output is framed; else only an inspection does. */
async function hasTerminal(
  client: EngineClient,
  container: ContainerId,
  stream: ByteStream,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (stream.contentType.includes('multiplexed-stream')) return false;
  const body = await client.json<ContainerBody>(
    {
      method: 'GET',
      path: apiPath`/containers/${container}/json`,
      task: `inspect container ${shortId(container)}`,
    },
    signal,
  );
  return body.Config?.Tty ?? false;
}
