import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { labels } from '../../../../../src/core/labels.ts';
import { tellExec } from '../../../../../src/runtime/native/exec/told.ts';

test('a command in a container goes on when nobody can be told of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-told-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // No line can be written to it.
  mkdirSync(join(folder, 'projects/demo.events'), { recursive: true });
  const engine = { root: { lasting: folder, volatile: folder }, libc: { realtime: () => '1' } };
  const record = { id: 'abc', name: 'demo-web-1', spec: { labels: { [labels.project]: 'demo' } } };
  const tellEnd = tellExec(engine as never, record as never, ['true']);
  expect(() => tellEnd(0)).not.toThrow();
});
