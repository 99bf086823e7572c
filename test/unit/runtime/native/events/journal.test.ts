import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectName } from '../../../../../src/core/ids.ts';
import type { EngineEvent } from '../../../../../src/runtime/index.ts';
import { closeJournal, followJournal } from '../../../../../src/runtime/native/events/journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-journal-'));
  mkdirSync(join(folder, 'projects'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (container: string): string =>
  `${JSON.stringify({ action: 'start', container, name: container, labels: {}, time: '1' })}\n`;

test('who follows a journal goes on with the one that takes its place', async () => {
  const root = { lasting: folder, volatile: folder, tag: '00000000' };
  const project = projectName('demo');
  const path = join(folder, 'projects/demo.events');
  writeFileSync(path, line('before'));
  const stop = new AbortController();
  const events = followJournal(root, { project }, stop.signal)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await events.next()).value as EngineEvent).container;
  appendFileSync(path, line('first'));
  expect(await next()).toBe('first');
  closeJournal(root, project);
  writeFileSync(path, line('second'));
  expect(await next()).toBe('second');
  appendFileSync(path, line('third'));
  expect(await next()).toBe('third');
  stop.abort();
});
