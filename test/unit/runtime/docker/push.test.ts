import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../../src/images/index.ts';
import { failure, scriptedEngine } from './support.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const lines = (...messages: readonly object[]) =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('');

describe('pushing an image', () => {
  it('sends one tag, sums up its layers and tells what the registry has', async () => {
    const text = lines(
      { status: 'The push refers to repository [box/a]' },
      { status: 'Preparing', id: 'one' },
      { status: 'Preparing', id: 'two' },
      { status: 'Pushing', id: 'one', progressDetail: { current: 5, total: 20 } },
      { status: 'Layer already exists', id: 'two' },
      { status: 'Pushed', id: 'one' },
      { status: `1: digest: ${digest} size: 528` },
      { aux: { Tag: '1', Digest: digest, Size: 528 } },
    );
    await using engine = await scriptedEngine({ 'POST /images/box/a/push': { text } });
    const seen: PullProgress[] = [];
    const driver = await engine.connect();
    const pushed = await driver.pushImage('box/a:1', { onProgress: (progress) => seen.push(progress) });
    expect(pushed).toEqual([{ reference: 'box/a:1', digest, size: 528 }]);
    expect(seen.map(({ current, total, text: said }) => `${current}/${total} ${said}`)).toEqual([
      '0/0 0 of 1 layers',
      '0/0 0 of 2 layers',
      '5/20 0 of 2 layers',
      '5/20 1 of 2 layers',
      '20/20 2 of 2 layers',
    ]);
    expect(engine.asked[0]?.call).toBe('POST /images/box/a/push?tag=1');
    // An engine does not listen to who sends no header.
    expect(engine.asked[0]?.headers['x-registry-auth']).toBe('e30=');
  });

  it('sends all tags, and shows the registry who asks', async () => {
    const text = lines(
      { status: `1: digest: ${digest} size: 1` },
      { status: `2: digest: ${digest} size: 2` },
    );
    await using engine = await scriptedEngine({ 'POST /images/box:5000/a/push': { text } });
    const credentials = { username: 'me', password: 'secret', serveraddress: 'box' };
    const driver = await engine.connect();
    const pushed = await driver.pushImage('box:5000/a', { allTags: true, credentials });
    expect(pushed.map(({ reference, size }) => `${reference} ${size}`)).toEqual([
      'box:5000/a:1 1',
      'box:5000/a:2 2',
    ]);
    expect(engine.asked[0]?.call).toBe('POST /images/box:5000/a/push');
    const header = String(engine.asked[0]?.headers['x-registry-auth']);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual(credentials);
  });

  it('tells what is missing from what is refused, and both from trouble on the way', async () => {
    const refusals: string[] = [];
    for (const message of [
      'An image does not exist locally with the tag: app',
      'tag does not exist: app:1',
      'denied: requested access to the resource is denied',
      'no basic auth credentials',
      'Get "https://box/v2/": dial tcp: connection refused',
      'manifest invalid: manifest invalid',
    ]) {
      const text = lines({ errorDetail: { message }, error: message });
      await using engine = await scriptedEngine({ 'POST /images/app/push': { text } });
      refusals.push(await failure((await engine.connect()).pushImage('app:1', {})));
    }
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "image.not-found: cannot push image "app:1": An image does not exist locally with the tag: app
        Give it that name first: \`docker tag IMAGE NAME\`, or build it.
      image.not-found: cannot push image "app:1": tag does not exist: app:1
        Give it that name first: \`docker tag IMAGE NAME\`, or build it.
      image.denied: cannot push image "app:1": denied: requested access to the resource is denied
        Check the image's name, or log in to its registry with \`docker login\`.
      image.denied: cannot push image "app:1": no basic auth credentials
        Check the image's name, or log in to its registry with \`docker login\`.
      image.push: cannot push image "app:1": Get "https://box/v2/": dial tcp: connection refused
        Check the engine's way to the registry, then try again.
      image.push: cannot push image "app:1": manifest invalid: manifest invalid"
    `);
  });
});
