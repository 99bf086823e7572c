import { expect, test } from 'vitest';
import {
  containerImageIds,
  containerImagesJson,
  containerImagesTable,
} from '../../../../src/cli/output/container-images.ts';
import type { ContainerImage } from '../../../../src/scheduler/index.ts';

const id = (digit: string): string => `sha256:${digit.repeat(64)}`;
const made = (name: string, digit: string, rest: Omit<ContainerImage, 'container'>): ContainerImage => ({
  container: { name, imageId: id(digit) } as ContainerImage['container'],
  ...rest,
});
const image = (digit: string, more: object = {}): NonNullable<ContainerImage['image']> => ({
  observed: {
    digest: id(digit),
    id: id(digit),
    tags: [],
    repoDigests: [],
    volumes: [],
    hasHealthcheck: false,
    labels: {},
    taggedAt: 3_600_000,
  },
  os: 'linux',
  architecture: 'arm',
  size: 7_212_345,
  ...more,
});
const listed = [
  made('shop-a-1', 'a', { image: image('a', { variant: 'v7' }), name: { repository: 'box/a', tag: '1' } }),
  made('shop-a-2', 'a', { image: image('a', { createdAt: 0 }), name: { repository: 'box/a' } }),
  made('shop-b-1', 'b', { image: undefined }),
];

test('there is a row for each container, also when its image has lost its name or is gone', () => {
  expect(containerImagesTable(listed, 3_600_000 * 5)).toMatchInlineSnapshot(`
    "CONTAINER           REPOSITORY          TAG                 PLATFORM            IMAGE ID            SIZE                CREATED
    shop-a-1            box/a               1                   linux/arm/v7        aaaaaaaaaaaa        7.21MB              N/A
    shop-a-2            box/a               <none>              linux/arm           aaaaaaaaaaaa        7.21MB              5 hours ago
    shop-b-1            <none>              <none>                                  bbbbbbbbbbbb        N/A                 N/A
    "
  `);
  expect(containerImagesTable([], 0)).toBe(
    'CONTAINER           REPOSITORY          TAG                 PLATFORM            IMAGE ID            SIZE                CREATED\n',
  );
});

test('they are one array as JSON, and each id once', () => {
  expect(JSON.parse(containerImagesJson(listed))).toMatchInlineSnapshot(`
    [
      {
        "ContainerName": "shop-a-1",
        "ID": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "LastTagTime": "1970-01-01T01:00:00Z",
        "Platform": "linux/arm/v7",
        "Repository": "box/a",
        "Size": 7212345,
        "Tag": "1",
      },
      {
        "ContainerName": "shop-a-2",
        "Created": "1970-01-01T00:00:00Z",
        "ID": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "LastTagTime": "1970-01-01T01:00:00Z",
        "Platform": "linux/arm",
        "Repository": "box/a",
        "Size": 7212345,
        "Tag": "",
      },
      {
        "ContainerName": "shop-b-1",
        "ID": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "Platform": "",
        "Repository": "",
        "Size": 0,
        "Tag": "",
      },
    ]
  `);
  expect(containerImagesJson([])).toBe('[]\n');
  expect(containerImageIds(listed)).toBe(`${'a'.repeat(64)}\n${'b'.repeat(64)}\n`);
});
