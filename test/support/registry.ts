import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry in memory, on a port of this machine. It is as strict, or as hostile, as the test wants. */
export interface FakeRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as references name it. */
  readonly host: string;
  /** `METHOD PATH` and, when there is one, the Authorization header of each request. */
  readonly requests: readonly string[];
  /** Stores a content and says how to point to it. */
  blob(content: string | Uint8Array, mediaType: string): StoredBlob;
  /** Stores a manifest under a tag and under its digest, which it returns. */
  manifest(repository: string, tag: string, manifest: object): string;
  close(): Promise<void>;
}

export interface StoredBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface FakeRegistryOptions {
  /** Answers a request itself by returning true. */
  readonly intercept?: (
    request: IncomingMessage,
    response: ServerResponse,
    registry: FakeRegistry,
  ) => boolean;
}

export const ociImage = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';

export async function fakeRegistry({ intercept }: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push([method, url, headers.authorization].filter(Boolean).join(' '));
    if (intercept?.(request, response, registry)) return;
    if (url === '/v2/') return void response.end('{}');
    const [, repository = '', kind = '', name = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const content = kind === 'blobs' ? blobs.get(name) : manifests.get(`${repository} ${name}`);
    if (content === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      return void response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    }
    if (kind === 'manifests') {
      const { mediaType } = JSON.parse(Buffer.from(content).toString('utf8'));
      response.setHeader('content-type', mediaType ?? ociImage);
      response.setHeader('docker-content-digest', digestOf(content));
    }
    response.end(method === 'HEAD' ? undefined : content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const registry: FakeRegistry = {
    host: `127.0.0.1:${port}`,
    requests,
    blob(content, mediaType) {
      const bytes = Buffer.from(content);
      blobs.set(digestOf(bytes), bytes);
      return { mediaType, digest: digestOf(bytes), size: bytes.length };
    },
    manifest(repository, tag, manifest) {
      const bytes = Buffer.from(JSON.stringify(manifest));
      const digest = digestOf(bytes);
      for (const name of [tag, digest]) manifests.set(`${repository} ${name}`, bytes);
      return digest;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return registry;
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
