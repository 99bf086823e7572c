import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryProgram } from '../../scripts/lib/registry.mjs';
import { startCommand } from './command.ts';
import { digestOf, ociImage } from './registry.ts';

/** Debian's docker-registry on a port of this machine, empty at first. */
export interface RegistryServer {
  /** `127.0.0.1:PORT`, say. */
  readonly host: string;
  /** Stores a content in a repository. */
  push(repository: string, content: string, mediaType: string): Promise<PushedBlob>;
  /** Stores a manifest under a tag; resolves to its digest. */
  tag(repository: string, tag: string, manifest: object): Promise<string>;
  stop(): Promise<void>;
}

interface PushedBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The one user of a registry with `login: true`. */
export const registryUser = { name: 'me', password: 'secret' };
const passwordHash = '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a';

export interface RegistryServerOptions {
  readonly login: boolean;
  /** Of this machine, where it listens; 127.0.0.1 unless given. */
  readonly address?: string;
  /** Files of a certificate for 127.0.0.1 and of its key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

export async function startRegistryServer({
  login,
  tls,
  address = '127.0.0.1',
}: RegistryServerOptions): Promise<RegistryServer> {
  const program = await registryProgram((line) => process.stderr.write(`  ${line}\n`));
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-registry-'));
  const users = join(folder, 'users');
  writeFileSync(users, `${registryUser.name}:${passwordHash}\n`);
  const config = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: `${address}:0`, ...(tls === undefined ? {} : { tls }) },
    ...(login ? { auth: { htpasswd: { realm: 'test', path: users } } } : {}),
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = startCommand([program, 'serve', join(folder, 'config.yml')], {});
  const listening = /listening on ([\d.]+:\d+)(?:, tls)?/;
  await server.output(listening);
  const host = listening.exec(server.stdout + server.stderr)?.[1] ?? '';
  const authorization = `Basic ${Buffer.from(`${registryUser.name}:${registryUser.password}`).toString('base64')}`;
  const call = async (method: string, url: string, body?: string, type = 'application/octet-stream') => {
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': type }) };
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
    return response;
  };
  return {
    host,
    async push(repository, content, mediaType) {
      const started = await call('POST', `http://${host}/v2/${repository}/blobs/uploads/`);
      const upload = new URL(started.headers.get('location') ?? '', `http://${host}`);
      upload.searchParams.set('digest', digestOf(content));
      await call('PUT', upload.href, content);
      return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
    },
    async tag(repository, tag, manifest) {
      const text = JSON.stringify(manifest);
      await call('PUT', `http://${host}/v2/${repository}/manifests/${tag}`, text, ociImage);
      return digestOf(text);
    },
    async stop() {
      server.signal('SIGTERM');
      await server.done;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
