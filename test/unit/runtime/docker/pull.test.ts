import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../../src/images/index.ts';
import { failure, recorded, scriptedEngine } from './support.ts';

const refused = async (status: number, message: string): Promise<string> => {
  await using engine = await scriptedEngine({ 'POST /images/create': { status, json: { message } } });
  const pulling = (await engine.connect()).pullImage('app', {});
  const { retryable } = await pulling.then(
    () => ({ retryable: undefined }),
    (error: { retryable: boolean }) => error,
  );
  return `${await failure(pulling)}${retryable ? '\n  (retryable)' : ''}`;
};

describe('pulling an image', () => {
  it.each(['1.41', '1.51'])('sums the layers that an engine with API %s reports', async (apiVersion) => {
    await using engine = await scriptedEngine(
      { 'POST /images/create': { text: await recorded(`pull-${apiVersion}.recorded.ndjson`) } },
      { apiVersion },
    );
    const seen: PullProgress[] = [];
    await (await engine.connect()).pullImage('app', { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ current, total, text }) => `${current}/${total} ${text}`)).toMatchSnapshot();
  });

  it.each([
    ['nginx', 'fromImage=nginx&tag=latest'],
    ['nginx:1.27', 'fromImage=nginx&tag=1.27'],
    ['box:5000/a/b', 'fromImage=box:5000/a/b&tag=latest'],
    ['box:5000/a/b:2@sha256:0a', 'fromImage=box:5000/a/b&tag=sha256:0a'],
  ])('asks for %s alone, not for all of its tags', async (reference, query) => {
    await using engine = await scriptedEngine({ 'POST /images/create': { text: '' } });
    await (await engine.connect()).pullImage(reference, {});
    expect(engine.asked[0]?.call).toBe(`POST /images/create?${query}`);
  });

  it('shows the registry who asks', async () => {
    await using engine = await scriptedEngine({ 'POST /images/create': { text: '' } });
    const credentials = { username: 'me', password: 'päss?>', serveraddress: 'box' };
    await (await engine.connect()).pullImage('box/a', { credentials, platform: 'linux/arm64' });
    const header = engine.asked[0]?.headers['x-registry-auth'];
    expect(header).toMatch(/^[\w-]+=*$/);
    expect(String(header).length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(String(header), 'base64url').toString())).toEqual(credentials);
    expect(engine.asked[0]?.call).toContain('platform=linux/arm64');
  });

  it('reports a failure in the middle', async () => {
    const text =
      '{"status":"Downloading","id":"a"}\n{"errorDetail":{"message":"write: no space left on device"},"error":"x"}\n';
    await using engine = await scriptedEngine({ 'POST /images/create': { text } });
    expect(await failure((await engine.connect()).pullImage('app', {}))).toMatchInlineSnapshot(`
      "engine.disk-full: cannot pull image "app": write: no space left on device
        Free space on the engine's disk: \`flotilla system df\` shows what takes it."
    `);
  });

  it('tells a missing image from a denied one, and both from trouble on the way', async () => {
    const refusals = [
      await refused(404, 'manifest for app:1 not found: manifest unknown: manifest unknown'),
      await refused(404, 'failed to resolve reference "box/app:1": box/app:1: not found'),
      await refused(
        404,
        'pull access denied for app, repository does not exist or may require authorization',
      ),
      await refused(500, 'toomanyrequests: You have reached your pull rate limit.'),
      await refused(500, 'Get "https://box/v2/": net/http: TLS handshake timeout'),
      await refused(500, 'Get "https://box/v2/": x509: certificate signed by unknown authority'),
      await refused(500, 'no matching manifest for linux/arm64 in the manifest list entries'),
    ];
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "image.not-found: cannot pull image "app": manifest for app:1 not found: manifest unknown: manifest unknown
        Check the image's name and tag, or build it first.
      image.not-found: cannot pull image "app": failed to resolve reference "box/app:1": box/app:1: not found
        Check the image's name and tag.
      image.denied: cannot pull image "app": pull access denied for app, repository does not exist or may require authorization
        Check the image's name, or log in to its registry with \`docker login\`.
      image.pull: cannot pull image "app": toomanyrequests: You have reached your pull rate limit.
        The registry limits how much one may pull: log in with \`docker login\`, or wait.
      image.pull: cannot pull image "app": Get "https://box/v2/": net/http: TLS handshake timeout
        Check the engine's way to the registry, then try again.
        (retryable)
      image.pull: cannot pull image "app": Get "https://box/v2/": x509: certificate signed by unknown authority
      image.not-found: cannot pull image "app": no matching manifest for linux/arm64 in the manifest list entries
        The image exists for other platforms only: set \`platform\`, or choose another image."
    `);
  });
});
