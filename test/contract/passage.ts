import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Another socket that leads to an engine, and can be broken off as if the engine were killed. */
export async function openPassage(host: string): Promise<{ readonly host: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'passage-'));
  const path = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = dial({ ...targetOf(host), allowHalfOpen: true });
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    host: `unix://${path}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function targetOf(
  host: string,
): { readonly path: string } | { readonly host: string; readonly port: number } {
  const url = new URL(host);
  return url.protocol === 'unix:' ? { path: url.pathname } : { host: url.hostname, port: Number(url.port) };
}
