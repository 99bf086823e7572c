import { describe, expect, it } from 'vitest';
import { digestOf, type Fetch, loadRegistry, type RegistryOptions } from '../../../src/images/index.ts';

const { createRegistry, parseReference } = await loadRegistry();
const bytes = Buffer.from('some layer');
const content = { digest: digestOf(bytes), size: bytes.length, open: () => pieces(bytes) };
const reference = parseReference('box:5000/team/app:1');

async function* pieces(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of whole) yield Uint8Array.of(byte);
}

interface Asked {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Reply = readonly [status: number, headers?: Readonly<Record<string, string>>, body?: string];

/** A registry of a few lines: what it was asked, and what it answers to each. */
function registryThat(answer: (asked: Asked) => Reply, options: Partial<RegistryOptions> = {}) {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    let text = typeof body === 'string' ? body : '';
    if (body !== undefined && typeof body !== 'string') {
      for await (const chunk of body) text += Buffer.from(chunk).toString('latin1');
    }
    const one = { line: `${method} ${url}`, headers, body: text };
    asked.push(one);
    const [status, said = {}, reply] = answer(one);
    return {
      status,
      headers: { get: (name) => said[name] ?? null },
      body: reply === undefined ? null : pieces(Buffer.from(reply)),
    };
  };
  const registry = createRegistry({ fetch, credentialsFor: async () => undefined, ...options });
  return { registry, asked, lines: () => asked.map(({ line }) => line) };
}

describe('writing to a registry', () => {
  it('sends a content in one go to where it is told to', async () => {
    const { registry, asked, lines } = registryThat(({ line }) => {
      if (line.startsWith('POST')) return [202, { location: '/v2/team/app/blobs/uploads/7?state=x' }];
      return line.startsWith('PUT') ? [201] : [200];
    });
    await registry.upload(reference, content);
    expect(lines()).toEqual([
      'GET https://box:5000/v2/',
      'POST https://box:5000/v2/team/app/blobs/uploads/',
      `PUT https://box:5000/v2/team/app/blobs/uploads/7?state=x&digest=${encodeURIComponent(content.digest)}`,
    ]);
    expect(asked[2]).toMatchObject({
      body: 'some layer',
      headers: { 'content-length': '10', 'content-type': 'application/octet-stream' },
    });
  });

  it('asks before whether it is there', async () => {
    const { registry, lines } = registryThat(({ line }) => (line.endsWith('bb') ? [404] : [200]));
    expect(await registry.has(reference, content.digest)).toBe(true);
    expect(await registry.has(reference, `sha256:${'b'.repeat(64)}`)).toBe(false);
    expect(lines()[1]).toBe(`HEAD https://box:5000/v2/team/app/blobs/${content.digest}`);
  });

  it('stores a manifest under its tag', async () => {
    const { registry, asked } = registryThat(({ line }) => [line.startsWith('PUT') ? 201 : 200]);
    await registry.store(reference, { mediaType: 'application/x', bytes: Buffer.from('{}') });
    expect(asked[1]).toMatchObject({
      line: 'PUT https://box:5000/v2/team/app/manifests/1',
      body: '{}',
      headers: { 'content-type': 'application/x' },
    });
  });

  it('asks for the right to write, and again with the whole content when that has run out', async () => {
    let passes = 0;
    const challenge = { 'www-authenticate': 'Bearer realm="https://login.example/token",service="box"' };
    const { registry, asked } = registryThat(
      ({ line, headers }) => {
        if (line.includes('login.example')) return [200, {}, JSON.stringify({ token: `pass${++passes}` })];
        if (line.startsWith('POST')) return [202, { location: 'https://box:5000/upload' }];
        if (headers['authorization'] === 'Bearer pass2') return [201];
        return [401, challenge];
      },
      { credentialsFor: async () => ({ username: 'me', password: 'x', serveraddress: 'box' }) },
    );
    await registry.upload(reference, content);
    expect(asked.map(({ line, body }) => `${line.replace(/digest=.*/, 'digest=…')} ${body}`.trim())).toEqual([
      'GET https://box:5000/v2/',
      'GET https://login.example/token?service=box&scope=repository%3Ateam%2Fapp%3Apull%2Cpush',
      'POST https://box:5000/v2/team/app/blobs/uploads/',
      'PUT https://box:5000/upload?digest=… some layer',
      'GET https://login.example/token?service=box&scope=repository%3Ateam%2Fapp%3Apull%2Cpush',
      'PUT https://box:5000/upload?digest=… some layer',
    ]);
  });

  it('shows its pass to no other host, and sends nothing there in the clear', async () => {
    const challenge = { 'www-authenticate': 'Basic realm="box"' };
    const login = { credentialsFor: async () => ({ username: 'me', password: 'x', serveraddress: 'box' }) };
    const sentTo = (location: string) =>
      registryThat(({ line, headers }) => {
        if (line.startsWith('PUT')) return [201];
        if (headers['authorization'] === undefined) return [401, challenge];
        return [202, { location }];
      }, login);
    const elsewhere = sentTo('https://storage.example/x');
    await elsewhere.registry.upload(reference, content);
    expect(elsewhere.asked[1]?.headers['authorization']).toMatch(/^Basic /);
    expect(elsewhere.asked[2]?.line).toMatch(/^PUT https:\/\/storage\.example\/x/);
    expect(elsewhere.asked[2]?.headers['authorization']).toBeUndefined();
    const plain = sentTo('http://storage.example/x');
    await expect(plain.registry.upload(reference, content)).rejects.toMatchObject({
      code: 'image.registry',
      message:
        'the registry "box:5000" is not followed: it wants contents sent to "http://storage.example/x"',
    });
    expect(plain.lines().some((line) => line.startsWith('PUT'))).toBe(false);
  });

  it('says why it is refused', async () => {
    const refused = registryThat(({ line }) =>
      line.startsWith('GET') ? [200] : [403, {}, '{"errors": [{"message": "no writing here"}]}'],
    );
    await expect(refused.registry.upload(reference, content)).rejects.toMatchObject({
      code: 'image.denied',
      message: expect.stringContaining('no writing here'),
    });
  });
});
