import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectName } from '../../../../../src/core/ids.ts';
import { labels } from '../../../../../src/core/labels.ts';
import type { EngineEvent } from '../../../../../src/runtime/index.ts';
import { closeJournal, followJournal, remark } from '../../../../../src/runtime/native/events/journal.ts';
import type { Libc } from '../../../../../src/runtime/native/system/libc.ts';

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

test('what nobody acts on is told only to those who want all, and begins no journal', async () => {
  const root = { lasting: folder, volatile: folder, tag: '00000000' };
  const libc = { realtime: () => '2' } as Libc;
  const record = {
    id: 'abc',
    name: 'demo-web-1',
    spec: { labels: { [labels.project]: 'demo' }, image: 'web' },
  };
  const say = () => remark({ root, libc }, record as never, 'exec_create: true ', { execID: '7' });
  say();
  expect(readdirSync(join(folder, 'projects'))).toEqual([]);
  writeFileSync(join(folder, 'projects/demo.events'), line('first'));
  say();
  const until = { time: 3n, inMs: 0 };
  const words = async (all: boolean): Promise<readonly string[]> => {
    const told: string[] = [];
    for await (const event of followJournal(
      root,
      { project: projectName('demo'), all, since: 0n, until },
      undefined,
    )) {
      told.push(`${event.words} ${JSON.stringify(event.details)}`);
    }
    return told;
  };
  expect(await words(false)).toEqual(['start {}']);
  expect(await words(true)).toEqual(['start {}', 'exec_create: true  {"image":"web","execID":"7"}']);
});
