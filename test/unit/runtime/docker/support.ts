import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { projectName, serviceName } from '../../../../src/core/ids.ts';
import type { ContainerSpec, Driver } from '../../../../src/runtime/index.ts';
import { connect } from '../../../../src/runtime/index.ts';
import { plainSpec } from '../../../support/plain-spec.ts';

export interface Asked {
  /** `POST /containers/create?name=web`, without the version. */
  readonly call: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer =
  | { readonly status?: number; readonly json?: unknown; readonly text?: string; readonly type?: string }
  /** Writes the reply itself, for replies that stay open. */
  | ((response: ServerResponse, request: IncomingMessage) => void);

export interface ScriptedEngine {
  readonly socket: string;
  /** Everything but `/_ping`. */
  readonly asked: readonly Asked[];
  connect(): Promise<Driver>;
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Resolves when the last connection is closed. */
  idle(): Promise<void>;
  /** Breaks all connections, as an engine does that is killed. */
  crash(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An HTTP server on a socket of its own that answers as told: by `METHOD /path` without version and query, or in order when
 * there are several. What it was not told about is not found.
 */
export async function scriptedEngine(
  answers: Readonly<Record<string, Answer | readonly Answer[]>>,
  options: {
    readonly apiVersion?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly onUpgrade?: (socket: Duplex) => void;
  } = {},
): Promise<ScriptedEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-engine-'));
  const socket = join(folder, 'engine.sock');
  const asked: Asked[] = [];
  const turns = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const url = (request.url ?? '').replace(/^\/v[\d.]+/, '');
    if (url === '/_ping') {
      for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value);
      response.setHeader('Api-Version', options.apiVersion ?? '1.51');
      response.end('OK');
      return;
    }
    let body = '';
    for await (const chunk of request) body += Buffer.from(chunk).toString('latin1');
    asked.push({ call: `${request.method} ${decodeURIComponent(url)}`, headers: request.headers, body });
    const key = `${request.method} ${decodeURIComponent(url.replace(/\?.*$/, ''))}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const known = answers[key];
    const answer = Array.isArray(known) ? (known[turn] ?? known.at(-1)) : known;
    reply(response, request, answer as Answer | undefined, key);
  });
  server.on('upgrade', (_request, upgraded: Duplex) => {
    upgraded.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    options.onUpgrade?.(upgraded);
  });
  const sockets = new Set<Duplex>();
  const waiting: (() => void)[] = [];
  server.on('connection', (connection) => {
    sockets.add(connection);
    connection.once('close', () => {
      sockets.delete(connection);
      if (sockets.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const drivers: Driver[] = [];
  return {
    socket,
    asked,
    async connect() {
      const driver = await connect({
        host: `unix://${socket}`,
        environment: {},
        home: folder,
        files: { readText: (path) => readFile(path, 'utf8') },
        now: () => Date.parse('2026-01-31T12:00:00Z'),
      });
      drivers.push(driver);
      return driver;
    },
    connections: async () => sockets.size,
    idle: () =>
      sockets.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)),
    crash() {
      for (const connection of sockets) connection.destroy();
      server.close();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(drivers.map((driver) => driver.close()));
      for (const connection of sockets) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function reply(
  response: ServerResponse,
  request: IncomingMessage,
  answer: Answer | undefined,
  key: string,
): void {
  if (typeof answer === 'function') {
    answer(response, request);
    return;
  }
  const {
    status = 200,
    json,
    text,
    type,
  } = answer ?? { status: 404, json: { message: `no answer for ${key}` } };
  response.statusCode = status;
  response.setHeader('Content-Type', type ?? 'application/json');
  response.end(text ?? (json === undefined ? '' : JSON.stringify(json)));
}

export function recorded(name: string): Promise<string> {
  return readFile(new URL(`../../../../fixtures/engine/${name}`, import.meta.url), 'utf8');
}

/** One frame of the engine's multiplexed output. */
export function frame(stream: 1 | 2, text: string): Buffer {
  const data = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

export function containerSpec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    ...plainSpec,
    project: projectName('shop'),
    service: serviceName('web'),
    number: 1,
    name: 'shop-web-1',
    image: 'nginx',
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.config-hash': 'abc' },
    network: { kind: 'networks', endpoints: [] },
    ...changes,
  };
}

/** `code: message (hint)` of what a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: Error & { code?: string; hint?: string }) => reason,
  );
  const { code, hint } = error as Error & { code?: string; hint?: string };
  return `${code ?? error.name}: ${error.message}${hint === undefined ? '' : `\n  ${hint}`}`;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
