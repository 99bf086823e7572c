import { expect, test } from 'vitest';
import { formatImageSize, imageLayout, imageRows } from '../../../../src/cli/output/images.ts';
import { formatRows } from '../../../../src/cli/output/rows.ts';
import type { KeptImage } from '../../../../src/runtime/index.ts';

function image(digit: string, tags: readonly string[], repoDigests: readonly string[] = []): KeptImage {
  const id = `sha256:${digit.repeat(64)}`;
  return {
    observed: { digest: id, id, tags, repoDigests, volumes: [], hasHealthcheck: false, labels: {} },
    os: 'linux',
    architecture: 'amd64',
    size: 7_212_345,
    createdAt: 0,
  };
}

test('there is a row for each tag, and one for what has none', () => {
  const images = [
    image('a', ['shop:1', 'localhost:5000/shop:2'], [`shop@sha256:${'0'.repeat(64)}`]),
    image('b', [], [`old@sha256:${'1'.repeat(64)}`]),
    image('c', []),
  ];
  const options = { now: 3_600_000 * 5, noTrunc: false, digests: false };
  expect(formatRows(imageRows(images, options), 'table', imageLayout(false))).toMatchInlineSnapshot(`
    "REPOSITORY            TAG       IMAGE ID       CREATED       SIZE
    shop                  1         aaaaaaaaaaaa   5 hours ago   7.21MB
    localhost:5000/shop   2         aaaaaaaaaaaa   5 hours ago   7.21MB
    old                   <none>    bbbbbbbbbbbb   5 hours ago   7.21MB
    <none>                <none>    cccccccccccc   5 hours ago   7.21MB
    "
  `);
  const digests = imageRows(images, { ...options, digests: true }).map((row) =>
    String(row['Digest']).slice(0, 12),
  );
  expect(digests).toEqual(['sha256:00000', '<none>', 'sha256:11111', '<none>']);
});

test.each([
  [0, '0B'],
  [999, '999B'],
  [1500, '1.5kB'],
  [7_212_345, '7.21MB'],
  [133_700_000, '134MB'],
  [2_345_678_901, '2.35GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatImageSize(bytes)).toBe(text);
});
