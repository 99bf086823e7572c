import { beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

describe('image history', () => {
  const engine = useEngine();
  let p: TestProject;
  beforeAll(async () => {
    p = await engine.project({ 'compose.yaml': `services: {a: {image: ${images.busybox}}}` });
  });
  const history = async (...args: readonly string[]) =>
    (await succeed(p.flotilla(['image', 'history', ...args, images.busybox]))).stdout;

  it('shows the steps by which an image came about, in columns like those of docker', async () => {
    expect(await history()).toMatch(
      /^IMAGE {10}CREATED +CREATED BY +SIZE +COMMENT\n[0-9a-f]{12} {3}.* {3}made by Flotilla.* {3}\d[.\d]*MB {3}/,
    );
    expect(await history('--human=false')).toMatch(/^IMAGE {10}CREATED AT +CREATED BY(.*\n)+.* \d{7} /);
    const id = (await history('-q', '--no-trunc')).trim();
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await history('-q')).trim()).toBe(id.slice(7, 19));
    expect(await history('--format', '{{.CreatedBy}}')).toBe(
      "made by Flotilla from this machine's programs\n",
    );
    expect(JSON.parse(await history('--format', 'json', '--no-trunc'))).toMatchObject({
      ID: id,
      Comment: '',
    });
  });

  it('of an image that is not there fails', async () => {
    expect(await p.flotilla(['history', 'no/such:image'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('[image.not-found]'),
    });
  });
});
