import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listeningProcesses } from '../../../../src/runtime/docker/listening-processes.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listen(...where: readonly [string] | readonly [number, string]): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(...(where as [number, string]), resolve));
  open.push(server);
  return server;
}

/** A socket in our network namespace, as an engine of this machine has. */
async function engineHere(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-socket-'));
  open.push({ close: () => rmSync(folder, { recursive: true }) });
  await listen(join(folder, 'docker.sock'));
  return `unix://${join(folder, 'docker.sock')}`;
}

describe.skipIf(process.platform !== 'linux')('who listens on a port of this machine', () => {
  it('is found with its pid, name and address', async () => {
    const endpoint = await engineHere();
    const { port } = (await listen(0, '127.0.0.1')).address() as AddressInfo;
    expect(await listeningProcesses(endpoint, [port, 1])).toEqual([
      {
        port,
        protocol: 'tcp',
        hostIp: '127.0.0.1',
        holder: { kind: 'process', pid: process.pid, name: expect.stringMatching(/./) },
      },
    ]);
  });

  it('has no address when it listens on all, also for UDP', async () => {
    const endpoint = await engineHere();
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '0.0.0.0', resolve));
    open.push(socket);
    const { port } = socket.address();
    expect(await listeningProcesses(endpoint, [port])).toEqual([
      { port, protocol: 'udp', holder: expect.objectContaining({ pid: process.pid }) },
    ]);
  });

  it('is not looked for when the engine is elsewhere: over the network, or in a namespace of its own', async () => {
    const { port } = (await listen(0, '127.0.0.1')).address() as AddressInfo;
    expect(await listeningProcesses('tcp://127.0.0.1:2375', [port])).toEqual([]);
    expect(await listeningProcesses('unix:///nowhere/docker.sock', [port])).toEqual([]);
  });
});
