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
  /** The same with what came along with the first line. */
  recorded(): readonly RecordedWrite[];
  /** The most of them that waited for an answer at the same time. */
  mostWritesAtOnce(): number;
  /** Resolves when a client's request has matched. */
  request(pattern: RegExp): Promise<void>;
  /** From now on requests that match are answered with this instead of being passed on. */
  answer(pattern: RegExp, status: number, body: string): void;
  /**
   * Holds up the write with this number, from 0: `before` the engine has it, or `after` the engine has answered, while
   * the client has not heard. It goes on when `act` has ended, unless that has done away with either end. Resolves then.
   */
  holdWrite(number: number, when: 'before' | 'after', act: () => Promise<void>): Promise<void>;
  /** Cuts all connections and takes no more. */
  die(): Promise<void>;
}

export interface RecordedWrite {
  readonly line: string;
  readonly body: string;
}

export async function engineProxy(engineHost: string): Promise<EngineProxy & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-proxy-'));
  const path = join(folder, 'docker.sock');
  const open = new Set<Socket>();
  const seen: string[] = [];
  const recorded: RecordedWrite[] = [];
  const unanswered = new Set<Socket>();
  let mostUnanswered = 0;
  const watchers = new Set<() => void>();
  const answers: { readonly pattern: RegExp; readonly reply: string }[] = [];
  const holds = new Map<number, { readonly when: 'before' | 'after'; readonly act: () => Promise<void> }>();
  let writes = 0;

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
      const hold = line !== undefined && isWrite(line) ? holds.get(writes++) : undefined;
      if (faked !== undefined) client.write(faked.reply);
      else if (hold === undefined) engine.write(data);
      else if (hold.when === 'before') {
        client.pause();
        void hold.act().then(() => {
          engine.write(data);
          client.resume();
        });
      } else {
        engine.unpipe(client);
        engine.once('data', (reply) => {
          engine.pause();
          void hold.act().then(() => {
            client.write(reply);
            engine.pipe(client);
          });
        });
        engine.resume();
        engine.write(data);
      }
      if (line !== undefined) {
        seen.push(line);
        if (isWrite(line)) recorded.push({ line, body: data.toString('utf8').split('\r\n\r\n')[1] ?? '' });
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
    recorded: () => recorded,
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
    holdWrite: (number, when, act) =>
      new Promise((resolve, reject) => {
        holds.set(number, { when, act: () => act().then(resolve, reject) });
      }),
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
