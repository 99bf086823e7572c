import { describe, expect, it } from 'vitest';
import { containerId } from '../../../../src/core/ids.ts';
import type { ExecSpec } from '../../../../src/runtime/index.ts';
import { collect, failure, frame, scriptedEngine } from './support.ts';

const id = containerId('web');
const spec: ExecSpec = {
  command: ['cat'],
  environment: ['A=1'],
  privileged: false,
  tty: false,
  stdin: true,
  detach: false,
};
const answers = (codes: readonly object[]) => ({
  'POST /containers/web/exec': { status: 201, json: { Id: 'x1' } },
  'GET /exec/x1/json': codes.map((json) => ({ json })),
});

describe('executing a command', () => {
  it('carries input and output over one upgraded connection, and reads the exit code when it is known', async () => {
    await using engine = await scriptedEngine(
      answers([
        { Running: true, ExitCode: null },
        { Running: false, ExitCode: 7 },
      ]),
      {
        onUpgrade: async (socket) => {
          let input = '';
          for await (const chunk of socket.iterator({ destroyOnReturn: false })) input += chunk;
          socket.end(Buffer.concat([frame(1, `got ${input}`), frame(2, '!')]));
        },
      },
    );
    const session = await (await engine.connect()).exec(id, spec);
    await session.write(Buffer.from('hello '));
    await session.write(Buffer.from('there'));
    session.end();
    const output = await collect(session.output);
    expect(output.map(({ stream, data }) => `${stream} ${Buffer.from(data)}`)).toEqual([
      'stdout got hello there',
      'stderr !',
    ]);
    expect(await session.exitCode()).toBe(7);
    expect(JSON.parse(engine.asked[0]?.body ?? '')).toMatchInlineSnapshot(`
      {
        "AttachStderr": true,
        "AttachStdin": true,
        "AttachStdout": true,
        "Cmd": [
          "cat",
        ],
        "Env": [
          "A=1",
        ],
        "Privileged": false,
        "Tty": false,
      }
    `);
    // Input for a process that has ended is dropped, as in a pipe.
    await session.write(Buffer.from('late'));
  });

  it("passes a terminal's output on as it is", async () => {
    await using engine = await scriptedEngine(answers([{ Running: false, ExitCode: 0 }]), {
      onUpgrade: (socket) => void socket.end('\u001b[1mraw'),
    });
    const session = await (await engine.connect()).exec(id, {
      ...spec,
      tty: true,
      size: { columns: 80, rows: 24 },
    });
    const output = await collect(session.output);
    expect(Buffer.concat(output.map(({ data }) => data)).toString()).toBe('\u001b[1mraw');
    expect(JSON.parse(engine.asked[0]?.body ?? '')).toMatchObject({ Tty: true, ConsoleSize: [24, 80] });
  });

  it('starts and forgets a detached command', async () => {
    await using engine = await scriptedEngine({ ...answers([]), 'POST /exec/x1/start': {} });
    const session = await (await engine.connect()).exec(id, { ...spec, detach: true });
    expect(await collect(session.output)).toEqual([]);
    expect(engine.asked.map(({ call, body }) => [call, JSON.parse(body).Detach])).toEqual([
      ['POST /containers/web/exec', undefined],
      ['POST /exec/x1/start', true],
    ]);
  });

  it('ends with the reason of an abort', async () => {
    await using engine = await scriptedEngine(answers([]), { onUpgrade: () => undefined });
    const stop = new AbortController();
    const session = await (await engine.connect()).exec(id, spec, stop.signal);
    const reading = collect(session.output);
    const code = session.exitCode();
    stop.abort(new Error('enough'));
    expect(await failure(reading)).toBe('Error: enough');
    expect(await failure(code)).toBe('Error: enough');
    await engine.idle;
  });

  it('says why a command cannot be run', async () => {
    await using engine = await scriptedEngine({
      'POST /containers/web/exec': { status: 409, json: { message: 'Container 0123 is not running' } },
    });
    expect(await failure((await engine.connect()).exec(id, spec))).toMatchInlineSnapshot(
      `"engine.conflict: cannot run "cat" in container "web": Container 0123 is not running"`,
    );
  });
});
