import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket in front of an engine, which can go away at any moment as if the engine had been killed. */
export interface EngineProxy {
  /** DOCKER_HOST of it. */
  readonly host: string;
  /** First lines of the requests so far that change something: `POST /v1.41/networks/create HTTP`. */
  writes(): readonly string[];
  /** The most of them that waited for an answer at the same time. */
  mostWritesAtOnce(): number;
  /** Resolves when a client's request has matched. */
  request(pattern: RegExp): Promise<void>;
  /** From now on requests that match are answered with this instead of being passed on. */
  answer(pattern: RegExp, status: number, body: string): void;
  /** Cuts all connections and takes no more. */
  die(): Promise<void>;
}

export async function engineProxy(engineHost: string): Promise<EngineProxy & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-proxy-'));
  const path = join(folder, 'docker.sock');
  const open = new Set<Socket>();
  const seen: string[] = [];
  const unanswered = new Set<Socket>();
  let mostUnanswered = 0;
  const watchers = new Set<() => void>();
  const answers: { readonly pattern: RegExp; readonly reply: string }[] = [];

  const server = createServer((client) => {
    const engine = connect(engineHost.replace(/^unix:\/\//, ''));
    open.add(client).add(engine);
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        unanswered.delete(client);
        to.destroy();
      });
    }
    engine.on('data', () => unanswered.delete(client));
    engine.pipe(client);
    client.on('end', () => engine.end());
    client.on('data', (data) => {
      const line = /^[A-Z]+ \S+ HTTP/.exec(data.toString('latin1'))?.[0];
      const faked = line === undefined ? undefined : answers.find(({ pattern }) => pattern.test(line));
      if (line !== undefined && isWrite(line)) {
        unanswered.add(client);
        mostUnanswered = Math.max(mostUnanswered, unanswered.size);
      }
      if (faked === undefined) engine.write(data);
      else client.write(faked.reply);
      if (line !== undefined) {
        seen.push(line);
        for (const watcher of watchers) watcher();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));

  const die = async () => {
    const closed = server.listening ? closing(server) : Promise.resolve();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    host: `unix://${path}`,
    writes: () => seen.filter(isWrite),
    mostWritesAtOnce: () => mostUnanswered,
    request: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!seen.some((line) => pattern.test(line))) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    answer: (pattern, status, body) => {
      const type = body.startsWith('{') ? 'application/json' : 'text/html';
      const head = `HTTP/1.1 ${status} Said\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
      answers.push({ pattern, reply: `${head}Api-Version: 1.41\r\n\r\n${body}` });
    },
    die,
    async [Symbol.asyncDispose]() {
      await die();
      rmSync(folder, { recursive: true });
    },
  };
}

function isWrite(line: string): boolean {
  return !/^(GET|HEAD) /.test(line);
}

function closing(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
