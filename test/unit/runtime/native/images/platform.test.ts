import { expect, test } from 'vitest';
import {
  choosePlatform,
  hostPlatform,
  parsePlatform,
} from '../../../../../src/runtime/native/images/platform.ts';

const host = hostPlatform('x64');
const linux = (architecture: string, variant?: string) => ({
  os: 'linux',
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

test.each([
  ['linux', linux('amd64')],
  ['arm64', linux('arm64')],
  ['linux/aarch64', linux('arm64')],
  ['linux/arm64/v8', linux('arm64')],
  ['linux/arm', linux('arm', 'v7')],
  ['linux/arm/v6', linux('arm', 'v6')],
  ['LINUX/x86_64', linux('amd64')],
  ['windows/amd64', { os: 'windows', architecture: 'amd64' }],
  ['', undefined],
  ['a/b/c/d', undefined],
  ['linux/ä', undefined],
])('%s is %o', (text, platform) => {
  expect(parsePlatform(text, host)).toEqual(platform);
});

test.each([
  ['its own', linux('amd64'), [linux('arm64'), linux('amd64')], 1],
  ['its own with a usual variant', linux('arm64'), [linux('arm64', 'v8')], 0],
  [
    'the nearest earlier ARM',
    linux('arm', 'v7'),
    [linux('arm', 'v5'), linux('arm', 'v6'), linux('arm64')],
    1,
  ],
  ['no later ARM', linux('arm', 'v6'), [linux('arm', 'v7')], undefined],
  ['one without a variant', linux('amd64', 'v3'), [linux('amd64', 'v2'), linux('amd64')], 1],
  [
    'none of another system',
    linux('amd64'),
    [{ os: 'windows', architecture: 'amd64' }, undefined],
    undefined,
  ],
])('a machine takes %s', (_, wanted, offered, index) => {
  expect(choosePlatform(wanted, offered)).toBe(index);
});
