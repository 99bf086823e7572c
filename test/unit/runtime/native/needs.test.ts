import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examineNative } from '../../../../src/runtime/native/index.ts';

test('what it needs for builds alone is no reason not to use it, and told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-path-'));
  const builder = { name: 'buildah', use: 'builds of images' };
  try {
    expect((await examineNative({ environment: { PATH: folder } })).optional).toContainEqual(builder);
    symlinkSync('/bin/true', join(folder, 'buildah'));
    expect((await examineNative({ environment: { PATH: folder } })).optional).not.toContainEqual(builder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
