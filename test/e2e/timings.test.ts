import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { repository } from '../../scripts/lib/built.mjs';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { engineProxy } from '../support/engine-proxy.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const file = `
services:
  db:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    healthcheck: {test: sleep 0.7, interval: 600ms}
  web:
    image: ${images.busybox}
    init: true
    command: sh -c 'echo serving; exec sleep 1000'
    depends_on: {db: {condition: service_healthy}}
`;

describe('up --timings', () => {
  it('shows below the progress where the time went, and what would shorten it', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const { stderr } = await succeed(project.flotilla(['up', '-d', '--timings']));
    const shown = stderr
      .slice(stderr.indexOf('Timings of'))
      .replaceAll(project.name, 'shop')
      .replace(/\d+\.\d\d s/g, 'N s')
      .replace(/ +/g, ' ')
      .replace(/\d+ %/g, 'N %')
      .replace(/[▓█─]+/g, '#')
      .replace(/ after N s in the queue/g, '');
    expect(shown).toMatch(
      /^Timings of shop: N s in all\nSERVICE CREATE START READY DONE AT 0 s N s\n(?:db N s N s N s N s [# ]+\nweb N s N s N s [# ]+|web N s N s N s [# ]+\ndb N s N s N s N s [# ]+)\n [# ]*create # start # ready\n/,
    );
    expect(shown.slice(shown.indexOf('The longest'))).toMatch(
      /container\.create:db\/1 N s N %\n container\.start:db\/1 N s N %\n container\.wait:db\/1:healthy N s N %\n container\.start:web\/1 N s N %\n/,
    );
    expect(shown).toMatch(
      /\ndb: others waited N s for its health check\. A short start_interval, or --fast-ready, finds/,
    );
  });

  it('writes them as JSON that the schema describes, and the steps fit in the whole', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await succeed(project.flotilla(['up', '-d', '--timings-file', 'timings.json']));
    const timings = JSON.parse(readFileSync(join(project.folder, 'timings.json'), 'utf8'));
    const schema = JSON.parse(readFileSync(join(repository, 'schemas/timings.schema.json'), 'utf8'));
    const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);
    expect(validate(timings), JSON.stringify(validate.errors)).toBe(true);
    expect(timings.criticalPath.slice(-4)).toEqual([
      'container.create:db/1',
      'container.start:db/1',
      'container.wait:db/1:healthy',
      'container.start:web/1',
    ]);
    const ends = timings.steps.map(
      (step: { startMs: number; durationMs: number }) => step.startMs + step.durationMs,
    );
    expect(Math.max(...ends)).toBe(timings.durationMs);
    const again = await succeed(project.flotilla(['up', '-d', '--timings']));
    expect(again.stderr).toContain('Timings: there was nothing to do.');
  });

  it('does not write between the events of --progress json', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const { exitCode, stderr } = await project.flotilla(['--progress', 'json', 'up', '-d', '--timings']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('--timings prints text between the events of --progress json');
    expect(await project.leftovers()).toEqual([]);
  });

  it('comes before the output that is followed in the foreground', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const run = project.startFlotilla(['up', '--timings']);
    await run.output(/The longest chain/);
    run.signal('SIGINT');
    expect((await run.done).exitCode).toBe(130);
  });

  it('sends the run as a trace to the endpoint that OpenTelemetry programs are told', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    await using receiver = await traceReceiver();
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
      TRACEPARENT: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    await succeed(project.flotilla(['up', '-d'], { env }));
    expect(receiver.requests).toEqual([]);
    await succeed(project.flotilla(['up', '-d', '--force-recreate', '--timings'], { env }));
    const [request] = receiver.requests;
    expect(receiver.requests.length).toBe(1);
    expect(request).toMatchObject({ path: '/v1/traces', authorization: 'Bearer abc' });
    const spans = request?.body.resourceSpans[0].scopeSpans[0].spans;
    expect(spans[0]).toMatchObject({
      name: `up ${project.name}`,
      traceId: 'a'.repeat(32),
      parentSpanId: 'b'.repeat(16),
    });
    expect(spans.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['db', 'web', 'container.stop:db/1', 'container.start:web/1']),
    );
  });

  it('warns when the trace cannot be delivered, and the run counts all the same', async () => {
    const project = await engine.project({ 'compose.yaml': file });
    const receiver = await traceReceiver();
    await receiver[Symbol.asyncDispose]();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { stderr } = await succeed(project.flotilla(['up', '-d', '--timings'], { env }));
    expect(stderr).toMatch(
      /\nwarning: the trace of this run was not delivered: no answer from "http:\/\/127\.0\.0\.1:\d+\/v1\/traces": .*ECONNREFUSED/,
    );
  });
});

describe('--parallel', () => {
  const many = `services:\n${Array.from(
    { length: 6 },
    (_, index) => `  s${index}: {image: ${images.busybox}, init: true, command: sleep 1000}\n`,
  ).join('')}`;

  /** How many steps were under way at the same time, by what the run told. */
  const mostStepsAtOnce = async (project: TestProject, flags: readonly string[]) => {
    const { stderr, stdout } = await succeed(
      project.flotilla(['--progress', 'json', ...flags, 'up', '-d', '--force-recreate']),
    );
    let now = 0;
    let most = 0;
    for (const line of `${stdout}${stderr}`.trim().split('\n')) {
      const { type } = JSON.parse(line);
      now += type === 'step.started' ? 1 : type === 'step.settled' ? -1 : 0;
      most = Math.max(most, now);
    }
    return most;
  };

  it('bounds how many steps are under way at a time', async () => {
    const project = await engine.project({ 'compose.yaml': many });
    expect(await mostStepsAtOnce(project, ['--parallel', '1'])).toBe(1);
    expect(await mostStepsAtOnce(project, ['--parallel', '-1'])).toBeGreaterThan(1);
  });

  onlyOnDocker('requests that are counted', () => {
    it.each([
      ['the flag', ['--parallel', '1'], {}],
      ['the variable', [], { COMPOSE_PARALLEL_LIMIT: '1' }],
    ])('bounds by %s how many calls change the engine at a time', async (_, flags, env) => {
      const project = await engine.project({ 'compose.yaml': many });
      await using proxy = await engineProxy(engine.host);
      await succeed(project.flotilla([...flags, 'up', '-d'], { env: { ...env, DOCKER_HOST: proxy.host } }));
      expect(proxy.mostWritesAtOnce()).toBe(1);
    });

    it('is read from the .env file too, and without it there is no such limit', async () => {
      const project = await engine.project({ 'compose.yaml': many, '.env': 'COMPOSE_PARALLEL_LIMIT=2\n' });
      await using proxy = await engineProxy(engine.host);
      const env = { DOCKER_HOST: proxy.host };
      await succeed(project.flotilla(['up', '-d'], { env }));
      expect(proxy.mostWritesAtOnce()).toBe(2);
      await succeed(project.flotilla(['--parallel', '-1', 'up', '-d', '--force-recreate'], { env }));
      expect(proxy.mostWritesAtOnce()).toBeGreaterThan(2);
    });
  });

  it('refuses a variable that is no number', async () => {
    const project = await engine.project({ 'compose.yaml': many });
    const { exitCode, stderr } = await project.flotilla(['up', '-d'], {
      env: { COMPOSE_PARALLEL_LIMIT: 'few' },
    });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('COMPOSE_PARALLEL_LIMIT must be an integer (found: "few")'),
    ]);
  });
});

interface TraceRequest {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent.
  readonly body: any;
}

async function traceReceiver() {
  const requests: TraceRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      requests.push({ path: request.url, authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
