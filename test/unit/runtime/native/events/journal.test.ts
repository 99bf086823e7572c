import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectName } from '../../../../../src/core/ids.ts';
import { labels } from '../../../../../src/core/labels.ts';
import type { EngineEvent } from '../../../../../src/runtime/index.ts';
import { followJournal, remark } from '../../../../../src/runtime/native/events/journal.ts';
import { beginClosing, closeJournal } from '../../../../../src/runtime/native/events/roll.ts';
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

describe('when a project is gone', () => {
  const started = (container: string, project: string) => ({
    action: 'start',
    container,
    name: container,
    labels: { [labels.project]: project, [labels.definition]: 'x'.repeat(5000) },
    image: 'web',
  });
  const write = (project: string, lines: readonly object[]): void =>
    writeFileSync(
      join(folder, `projects/${project}.events`),
      lines.map((each) => `${JSON.stringify({ ...each, time: '1' })}\n`).join(''),
    );
  const told = async (project?: string): Promise<readonly string[]> => {
    const root = { lasting: folder, volatile: folder, tag: '00000000' };
    const seen: string[] = [];
    const filter = { all: true, since: 0n, until: { time: 3n, inMs: 0 } };
    for await (const { action, name, details } of followJournal(
      root,
      { ...filter, ...(project === undefined ? {} : { project: projectName(project) }) },
      undefined,
    )) {
      seen.push(`${action} ${name} ${details['image']}`);
    }
    return seen;
  };

  test('its last events are told still, with all that is in them', async () => {
    const root = { lasting: folder, volatile: folder, tag: '00000000' };
    // The exit script writes no more than this.
    write('demo', [started('demo-web-1', 'demo'), { action: 'die', container: 'demo-web-1', exitCode: 0 }]);
    write('other', [started('other-web-1', 'other')]);
    closeJournal(root, 'demo');
    closeJournal(root, 'demo');
    closeJournal(root, 'other');
    write('demo', [started('demo-web-2', 'demo')]);
    expect(await told('demo')).toEqual([
      'start demo-web-1 web',
      'die demo-web-1 web',
      'start demo-web-2 web',
    ]);
    expect(await told()).toHaveLength(4);
  });

  test('what came while it was closed is told once, and so is what was when two close it', async () => {
    const root = { lasting: folder, volatile: folder, tag: '00000000' };
    write('demo', [started('demo-web-1', 'demo')]);
    const [first, second, third] = [1, 2, 3].map(() => beginClosing(root, 'demo'));
    appendFileSync(
      join(folder, 'projects/demo.events'),
      `${JSON.stringify({ ...started('demo-web-2', 'demo'), time: '1' })}\n`,
    );
    first?.finish();
    second?.finish();
    expect(await told('demo')).toEqual(['start demo-web-1 web', 'start demo-web-2 web']);
    write('demo', [started('demo-web-3', 'demo')]);
    third?.finish();
    for (const closing of [first, second, third]) closing?.end();
    expect(readdirSync(join(folder, 'projects'))).toEqual([]);
    expect(await told('demo')).toHaveLength(3);
  });

  test('they take no more room however many projects come and go', async () => {
    const root = { lasting: folder, volatile: folder, tag: '00000000' };
    for (let project = 0; project < 40; project += 1) {
      write(
        'demo',
        Array.from({ length: 300 }, (_, index) => started(`demo-web-${project}-${index}`, 'demo')),
      );
      closeJournal(root, 'demo');
    }
    const sizes = readdirSync(folder)
      .filter((name) => name.startsWith('past'))
      .map((name) => statSync(join(folder, name)).size);
    expect(sizes).toHaveLength(2);
    for (const size of sizes) expect(size).toBeLessThan(512 * 1024);
    const names = await told('demo');
    expect(names.length).toBeGreaterThanOrEqual(256);
    expect(names.slice(-256)).toEqual(
      Array.from({ length: 256 }, (_, index) => `start demo-web-39-${index + 44} web`),
    );
  });
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

describe('when a journal is full', () => {
  const root = () => ({ lasting: folder, volatile: folder, tag: '00000000' });
  const path = () => join(folder, 'projects/demo.events');
  const started = (project: string, image: string): string =>
    line('old').replace('"labels":{}', `"labels":{"${labels.project}":"${project}"},"image":"${image}"`);
  const fill = (): void => writeFileSync(path(), started('demo', 'x'.repeat(1000)).repeat(2200));
  const say = (words: string, tryFlock: () => boolean = () => true): void => {
    const libc = { realtime: () => '2', tryFlock } as Partial<Libc> as Libc;
    const spec = { labels: { [labels.project]: 'demo', [labels.definition]: 'long' }, image: 'web' };
    remark({ root: root(), libc }, { id: 'abc', name: 'demo-web-1', spec } as never, words, {});
  };
  const told = async (project: string): Promise<readonly EngineEvent[]> => {
    const filter = { project: projectName(project), all: true, since: 0n, until: { time: 3n, inMs: 0 } };
    const events: EngineEvent[] = [];
    for await (const event of followJournal(root(), filter, undefined)) events.push(event);
    return events;
  };

  test('two that find it so lose nothing of each other, and of the time before', async () => {
    fill();
    say('late', () => {
      say('early');
      return true;
    });
    say('last');
    const events = await told('demo');
    expect(events.slice(0, -3)).toHaveLength(2200);
    expect(events.slice(-3).map(({ words }) => words)).toEqual(['early', 'late', 'last']);
    expect(statSync(path()).size).toBeLessThan(1024);
  });

  test('who comes while another makes room does not wait', async () => {
    fill();
    say('meanwhile', () => false);
    expect((await told('demo')).at(-1)?.words).toBe('meanwhile');
  });

  test('it takes nothing from what is known of projects that are gone, and goes with its own', async () => {
    writeFileSync(join(folder, 'projects/gone.events'), started('gone', 'web'));
    closeJournal(root(), 'gone');
    for (let times = 0; times < 5; times += 1) {
      fill();
      say(`once more ${times}`);
    }
    expect((await told('gone')).map(({ name }) => name)).toEqual(['old']);
    fill();
    say('goes');
    closeJournal(root(), 'demo');
    expect(readdirSync(join(folder, 'projects'))).toEqual([]);
    const last = await told('demo');
    expect([last.length > 200, last.at(-1)?.words]).toEqual([true, 'goes']);
  });

  test('no line of it has the label that nobody is shown', () => {
    writeFileSync(path(), '');
    say('short');
    expect(readFileSync(path(), 'utf8')).not.toContain(labels.definition);
  });
});
