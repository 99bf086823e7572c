import type { Duplex } from 'node:stream';
import type { ContainerId } from '../../core/ids.ts';
import type { ExecSession, ExecSpec } from '../driver.ts';
import { apiPath, type EngineClient } from './client.ts';
import { optional } from './fields.ts';
import { resize, writeInput } from './input.ts';
import { outputOf } from './output.ts';
import { pause } from './pause.ts';
import { shortId } from './short-id.ts';

export async function exec(
  client: EngineClient,
  container: ContainerId,
  spec: ExecSpec,
  signal?: AbortSignal,
): Promise<ExecSession> {
  const task = `run ${JSON.stringify(spec.command[0] ?? '')} in container ${shortId(container)}`;
  const size = spec.tty && spec.size !== undefined ? [spec.size.rows, spec.size.columns] : undefined;
  const sized = client.api >= 42 ? optional('ConsoleSize', size) : {};
  const { Id: id } = await client.json<{ readonly Id: string }>(
    {
      method: 'POST',
      path: apiPath`/containers/${container}/exec`,
      json: {
        AttachStdin: spec.stdin && !spec.detach,
        AttachStdout: !spec.detach,
        AttachStderr: !spec.detach,
        Tty: spec.tty,
        Cmd: spec.command,
        Env: spec.environment,
        Privileged: spec.privileged,
        ...optional('User', spec.user),
        ...optional('WorkingDir', spec.workingDir),
        ...optional('DetachKeys', spec.leave),
        ...sized,
      },
      task,
    },
    signal,
  );
  const start = {
    method: 'POST',
    path: apiPath`/exec/${id}/start`,
    json: { Detach: spec.detach, Tty: spec.tty, ...(spec.detach ? {} : sized) },
    task,
  } as const;
  if (spec.detach) {
    await client.send(start, signal);
    return detachedSession;
  }
  // An old engine takes the size only apart from the start, but lets the request wait for it.
  const resized =
    client.api < 42 && spec.tty && spec.size !== undefined
      ? resize(client, apiPath`/exec/${id}`, spec.size, signal)
      : undefined;
  const [{ socket, chunks }] = await Promise.all([client.hijack(start, signal), resized]);
  return attachedSession(client, id, spec, { socket, chunks }, signal);
}

const detachedSession: ExecSession = {
  output: (async function* () {})(),
  write: () => Promise.reject(new Error('bug in Flotilla: a detached exec takes no input')),
  end: () => undefined,
  resize: () => Promise.resolve(),
  exitCode: () => Promise.reject(new Error('bug in Flotilla: a detached exec has no exit code')),
};

function attachedSession(
  client: EngineClient,
  id: string,
  spec: ExecSpec,
  connection: { readonly socket: Duplex; readonly chunks: AsyncIterable<Uint8Array> },
  signal: AbortSignal | undefined,
): ExecSession {
  const { socket } = connection;
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));
  return {
    output: outputOf(connection.chunks, spec.tty),
    write: (data) => writeInput(socket, data),
    end: () => void socket.end(),
    resize: (size) => resize(client, apiPath`/exec/${id}`, size, signal),
    canBeLeft: true,
    async exitCode() {
      await closed;
      return await readExitCode(client, id, signal);
    },
  };
}

/** The engine ends the output a moment before it knows the exit code. */
async function readExitCode(client: EngineClient, id: string, signal?: AbortSignal): Promise<number> {
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    signal?.throwIfAborted();
    const body = await client.json<{ readonly Running?: boolean; readonly ExitCode?: number | null }>(
      { method: 'GET', path: apiPath`/exec/${id}/json`, task: 'read the exit code of a command' },
      signal,
    );
    if (body.Running !== true && typeof body.ExitCode === 'number') return body.ExitCode;
    await pause(pauseMs, signal);
  }
}
