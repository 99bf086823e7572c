import { afterEach, describe, expect, it } from 'vitest';
import type { FlotillaError } from '../../../src/core/error.ts';
import { loadRegistry, type Registry, type RegistryOptions } from '../../../src/images/index.ts';
import {
  digestOf,
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeRegistry,
  ociImage,
  ociIndex,
} from '../../support/registry.ts';

const { createRegistry, parseReference, formatReference } = await loadRegistry();

describe('a reference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/app', 'docker.io/library/app:latest'],
    ['index.docker.io/app:2', 'docker.io/library/app:2'],
    ['localhost/app', 'localhost/app:latest'],
    ['box:5000/a/b:1', 'box:5000/a/b:1'],
    [`box:5000/a:1@sha256:${'0'.repeat(64)}`, `box:5000/a@sha256:${'0'.repeat(64)}`],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
  ])('%s means %s', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });

  it.each(['', 'UPPER', 'a//b', '-a', 'a:', 'a@sha256:00', `a@md5:${'0'.repeat(32)}`, '../a', 'a b'])(
    '%j is none',
    (text) => {
      expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'image.reference' }));
    },
  );
});

describe('a registry', () => {
  it('gives manifests, digests and blobs', async () => {
    const server = await open();
    const { digest, layer } = store(server);
    const registry = client();
    const reference = parseReference(`${server.host}/app:1`);
    expect(await registry.digest(reference)).toBe(digest);
    expect(await registry.manifest(reference)).toMatchObject({
      digest,
      manifest: { kind: 'image', artifactType: 'application/x', layers: [{ digest: layer.digest }] },
    });
    const bytes = await registry.blob(reference, { ...layer, annotations: {} }, 100);
    expect(Buffer.from(bytes).toString()).toBe('hello');
    expect(server.requests).toEqual([
      'GET /v2/',
      'HEAD /v2/app/manifests/1',
      'GET /v2/app/manifests/1',
      `GET /v2/app/blobs/${layer.digest}`,
    ]);
  });

  it('gives lists of manifests', async () => {
    const server = await open();
    const { digest } = store(server);
    server.manifest('list', '1', {
      mediaType: ociIndex,
      manifests: [{ mediaType: ociImage, digest, size: 3, artifactType: 'application/x' }],
    });
    expect((await client().manifest(parseReference(`${server.host}/list:1`))).manifest).toEqual({
      kind: 'index',
      manifests: [{ mediaType: ociImage, digest, size: 3, artifactType: 'application/x', annotations: {} }],
    });
  });

  it('that sends no digest is asked for the manifest itself', async () => {
    const server = await open({
      intercept: (request, response) => {
        if (request.method !== 'HEAD') return false;
        response.end();
        return true;
      },
    });
    const { digest } = store(server);
    expect(await client().digest(parseReference(`${server.host}/app:1`))).toBe(digest);
  });

  it.each([405, 501])('that answers HEAD with %i is asked for the manifest itself', async (status) => {
    const server = await open({
      intercept: (request, response) => {
        if (request.method !== 'HEAD') return false;
        response.writeHead(status).end();
        return true;
      },
    });
    const { digest } = store(server);
    expect(await client().digest(parseReference(`${server.host}/app:1`))).toBe(digest);
  });

  it('that does not have it says so', async () => {
    const server = await open();
    expect(
      await failure(client().digest(parseReference(`${server.host}/app:2`)), server),
    ).toMatchInlineSnapshot(`
      "image.not-found: "HOST/app:2" not found: HTTP status 404
      hint: Check the name and the tag. Some registries answer like this to who may not see it."
    `);
    expect(
      await failure(client().manifest(parseReference(`${server.host}/app:2`)), server),
    ).toMatchInlineSnapshot(`
      "image.not-found: "HOST/app:2" not found: manifest unknown
      hint: Check the name and the tag. Some registries answer like this to who may not see it."
    `);
  });

  it('that is not there says so', async () => {
    const server = await open();
    await server.close();
    const text = await failure(client().digest(parseReference(`${server.host}/app:1`)), server);
    expect(text).toMatchInlineSnapshot(`
      "image.registry: cannot reach the registry "HOST": connection refused
      hint: Check the network and the name; a registry without TLS needs --insecure-registry HOST."
    `);
  });

  it('that stays silent is given up', async () => {
    const server = await open({ intercept: (request) => request.url !== '/v2/' });
    const registry = client({ timeoutMs: 100 });
    expect(
      await failure(registry.digest(parseReference(`${server.host}/app:1`)), server),
    ).toMatchInlineSnapshot(`
      "image.registry: cannot reach the registry "HOST": no answer for 0.1 seconds
      hint: Check the network and the name; a registry without TLS needs --insecure-registry HOST."
    `);
  });

  it('is left alone once the caller has given up', async () => {
    const controller = new AbortController();
    const server = await open({
      intercept: (request) => {
        if (request.url === '/v2/') return false;
        controller.abort(new Error('enough'));
        return true;
      },
    });
    const asked = client().digest(parseReference(`${server.host}/app:1`), controller.signal);
    await expect(asked).rejects.toThrow('enough');
  });

  it('that is busy is worth another try', async () => {
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(429).end('{"errors":[{"message":"slow down"}]}');
        return true;
      },
    });
    const asked = client().manifest(parseReference(`${server.host}/app:1`));
    await expect(asked).rejects.toMatchObject({
      code: 'image.registry',
      retryable: true,
      message: `${server.host} answers no more for now: slow down`,
    });
  });
});

describe('a login', () => {
  const user = { username: 'me', password: 'secret', serveraddress: '' };
  const header = `Basic ${Buffer.from('me:secret').toString('base64')}`;

  /** A registry that wants a password, or a token from itself. */
  const guarded = (challenge: (host: string) => string, isWelcome: (authorization: string) => boolean) =>
    open({
      intercept: (request, response, { host }) => {
        const { url = '', headers } = request;
        if (url.startsWith('/token')) {
          const known = headers.authorization === header;
          response.writeHead(known ? 200 : 401).end(JSON.stringify({ token: 'abc' }));
          return true;
        }
        if (isWelcome(headers.authorization ?? '')) return false;
        response.writeHead(401, { 'www-authenticate': challenge(host) }).end();
        return true;
      },
    });

  it('with a name and a password', async () => {
    const server = await guarded(
      () => 'Basic realm="box"',
      (authorization) => authorization === header,
    );
    const { digest } = store(server);
    const reference = parseReference(`${server.host}/app:1`);
    expect(await client({ credentialsFor: async () => user }).digest(reference)).toBe(digest);
    expect(server.requests).toEqual(['GET /v2/', `HEAD /v2/app/manifests/1 ${header}`]);
    expect(await failure(client().digest(reference), server)).toMatchInlineSnapshot(`
      "image.denied: "HOST" refuses access to "HOST/app:1": HTTP status 401
      hint: Log in with \`docker login HOST\`, or check the name."
    `);
  });

  it('with a token, which is asked for once', async () => {
    const server = await guarded(
      (host) => `Bearer realm="http://${host}/token",service="box"`,
      (authorization) => authorization === 'Bearer abc',
    );
    store(server);
    const registry = client({ credentialsFor: async () => user });
    const reference = parseReference(`${server.host}/app:1`);
    await registry.digest(reference);
    await registry.manifest(reference);
    expect(server.requests).toEqual([
      'GET /v2/',
      `GET /token?service=box&scope=repository%3Aapp%3Apull ${header}`,
      'HEAD /v2/app/manifests/1 Bearer abc',
      'GET /v2/app/manifests/1 Bearer abc',
    ]);
  });

  it('with a token that has run out is made again', async () => {
    let runs = 0;
    const server = await guarded(
      (host) => `Bearer realm="http://${host}/token",service="box"`,
      (authorization) => {
        if (authorization !== '') runs += 1;
        return authorization !== '' && runs !== 2;
      },
    );
    store(server);
    const registry = client({ credentialsFor: async () => user });
    const reference = parseReference(`${server.host}/app:1`);
    await registry.digest(reference);
    await registry.digest(reference);
    expect(server.requests.filter((line) => line.includes('/token'))).toHaveLength(2);
  });

  it('is not sent to a login service without encryption elsewhere', async () => {
    const server = await guarded(
      () => 'Bearer realm="http://login.example/token"',
      () => false,
    );
    const asked = client({ credentialsFor: async () => user }).digest(parseReference(`${server.host}/app:1`));
    expect(await failure(asked, server)).toMatchInlineSnapshot(`
      "image.denied: "HOST" wants a login at "http://login.example/token", which is not safe
      hint: A login service is reached by https. Nothing was sent there."
    `);
  });

  it('stays with the registry when it redirects', async () => {
    const storage = await open();
    const server = await open({
      intercept: (request, response) => {
        if (request.headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="box"' }).end();
          return true;
        }
        if (!request.url?.includes('/blobs/')) return false;
        response.writeHead(307, { location: `http://${storage.host}${request.url}` }).end();
        return true;
      },
    });
    const { layer } = store(server);
    storage.blob('hello', 'text/plain');
    const registry = client({ credentialsFor: async () => user });
    const reference = parseReference(`${server.host}/app:1`);
    const bytes = await registry.blob(reference, { ...layer, annotations: {} }, 100);
    expect(Buffer.from(bytes).toString()).toBe('hello');
    expect(storage.requests).toEqual([`GET /v2/app/blobs/${layer.digest}`]);
  });

  it('is not given to an address that a registry redirects to, though it asks', async () => {
    const thief = await open({
      intercept: (_request, response) => {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="box"' }).end();
        return true;
      },
    });
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(307, { location: `http://${thief.host}/x` }).end();
        return true;
      },
    });
    const asked = client({ credentialsFor: async () => user }).manifest(
      parseReference(`${server.host}/app:1`),
    );
    await expect(asked).rejects.toMatchObject({ code: 'image.denied' });
    expect(thief.requests).toEqual(['GET /x']);
  });
});

describe('a hostile registry', () => {
  it('that gives other contents than asked for', async () => {
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(200, { 'content-type': ociImage }).end('{"other":1}');
        return true;
      },
    });
    const wanted = digestOf('{}');
    const reference = parseReference(`${server.host}/app@${wanted}`);
    await expect(client().manifest(reference)).rejects.toMatchObject({ code: 'image.corrupt' });
    const layer = { mediaType: '', digest: wanted, size: 11, annotations: {} };
    expect(await failure(client().blob(reference, layer, 100), server)).toBe(
      `image.corrupt: "${wanted}" of "HOST/app@${wanted}" is not what was asked for: its digest is ${digestOf('{"other":1}')}\n` +
        'hint: The registry, or something between it and this machine, changed the contents. Nothing of it was used.',
    );
    await expect(client().blob(reference, { ...layer, size: 4 }, 100)).rejects.toThrow(
      'it is larger than the 4 bytes announced',
    );
    await expect(client().blob(reference, { ...layer, size: 99 }, 100)).rejects.toThrow(
      'it ends after 11 of 99 bytes',
    );
    await expect(client().blob(reference, { ...layer, size: 101 }, 100)).rejects.toMatchObject({
      code: 'image.too-large',
    });
  });

  it('that sends without end is cut off', async () => {
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(200, { 'content-type': ociImage });
        const more = () => {
          while (response.write('x'.repeat(1024 * 1024)));
        };
        response.on('drain', more);
        more();
        return true;
      },
    });
    expect(
      await failure(client().manifest(parseReference(`${server.host}/app:1`)), server),
    ).toMatchInlineSnapshot(`
      "image.too-large: "HOST/app:1" is larger than 4194304 bytes
      hint: Nothing that belongs here is so large; check that the reference is the right one."
    `);
  });

  it.each([
    ['<html>', 'it is not JSON'],
    ['[]', 'its type is "text/html"'],
    [`{"mediaType":"${ociImage}"}`, 'a part of it has no digest'],
    [`{"mediaType":"${ociIndex}","manifests":{}}`, 'it lists nothing'],
    [
      `{"mediaType":"${ociIndex}","manifests":[{"digest":"sha256:../../x","size":1}]}`,
      'a part of it has no digest',
    ],
    [
      `{"mediaType":"${ociIndex}","manifests":[{"digest":"${digestOf('')}","size":-1}]}`,
      'a part of it has no size',
    ],
  ])('whose manifest is %s', async (text, reason) => {
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(200, { 'content-type': 'text/html' }).end(text);
        return true;
      },
    });
    await expect(client().manifest(parseReference(`${server.host}/app:1`))).rejects.toThrow(reason);
  });

  it.each([
    ['http://plain.example/x', 'it redirects to "http://plain.example", which is not encrypted'],
    ['/round', 'it redirects without end'],
  ])('that redirects to %s', async (location, reason) => {
    const server = await open({
      intercept: (request, response) => {
        if (request.url === '/v2/') return false;
        response.writeHead(302, { location }).end();
        return true;
      },
    });
    await expect(client().manifest(parseReference(`${server.host}/app:1`))).rejects.toThrow(reason);
  });
});

it('does not speak plain HTTP to another machine unless told to', async () => {
  const urls: string[] = [];
  const nobody: RegistryOptions['fetch'] = async (url) => {
    urls.push(url);
    throw new Error('offline');
  };
  const ask = (registry: Registry, text: string) => registry.digest(parseReference(text)).catch(() => {});
  await ask(client({ fetch: nobody }), 'box.test:5000/app');
  await ask(client({ fetch: nobody, insecureRegistries: ['box.test:5000'] }), 'box.test:5000/app');
  await ask(client({ fetch: nobody }), 'nginx');
  await ask(client({ fetch: nobody }), 'localhost:5000/app');
  expect(urls).toEqual([
    'https://box.test:5000/v2/',
    'http://box.test:5000/v2/',
    'https://registry-1.docker.io/v2/',
    'https://localhost:5000/v2/',
    'http://localhost:5000/v2/',
  ]);
});

const servers: FakeRegistry[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(options?: FakeRegistryOptions): Promise<FakeRegistry> {
  const server = await fakeRegistry(options);
  servers.push(server);
  return server;
}

function client(options: Partial<RegistryOptions> = {}): Registry {
  return createRegistry({ fetch, credentialsFor: async () => undefined, ...options });
}

function store(server: FakeRegistry) {
  const layer = server.blob('hello', 'text/plain');
  const config = server.blob('{}', 'application/json');
  const manifest = { mediaType: ociImage, artifactType: 'application/x', config, layers: [layer] };
  return { layer, digest: server.manifest('app', '1', manifest) };
}

async function failure(asked: Promise<unknown>, { host }: FakeRegistry): Promise<string> {
  const error = await asked.then(
    () => {
      throw new Error('it succeeded');
    },
    (thrown: FlotillaError) => thrown,
  );
  return `${error.code}: ${error.message}\nhint: ${error.hint}`.replaceAll(host, 'HOST');
}
