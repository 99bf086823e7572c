import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** How many connections it has cut. */
  readonly cuts: () => number;
}

/** Passes connections on to a server, and cuts each one after so many bytes of the answers. */
export async function cuttingProxy(target: string, bytes: number): Promise<CuttingProxy> {
  const [name = '', port = ''] = target.split(':');
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), name);
    let left = bytes;
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      left -= data.length;
      client.write(data.subarray(0, Math.max(0, data.length + Math.min(0, left))));
      if (left > 0) return;
      cuts += 1;
      upstream.destroy();
      client.destroySoon();
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroySoon());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of open) client.destroy();
      }),
  };
}
