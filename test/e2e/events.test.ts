import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.ts';
import { images, useQuietEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

interface JsonEvent {
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly id: string;
  readonly service: string;
  readonly time: string;
  readonly type: string;
}

describe('events', () => {
  const engine = useQuietEngine();
  const past = ['--since', '5m', '--until', '0s'];
  const shop = (): Promise<TestProject> =>
    engine.project({
      'compose.yaml': `
services:
  web: {image: "${images.busybox}", init: true, command: sleep 1000, labels: {team: blue}}
  db: {image: "${images.busybox}", init: true, command: sleep 1000}
`,
    });
  const parse = (text: string): readonly JsonEvent[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonEvent);
  /** docker compose may lose the last ones before the time that it ends at, and knows no labels of ours. */
  const expectTheirs = (theirs: CommandResult, ours: readonly JsonEvent[]): void => {
    const told = parse(theirs.stdout).map(({ attributes, ...rest }) => {
      const { 'dev.flotilla.definition': _, ...others } = attributes;
      return { ...rest, attributes: others };
    });
    expect(ours.slice(0, told.length)).toEqual(told);
  };

  it('tell what happens from now on, until Ctrl+C', async () => {
    const p = await shop();
    await succeed(p.flotilla(['create']));
    const following = p.startFlotilla(['events', '--since', '5m', '--json', 'web']);
    // What it tells of the past says that it listens.
    await following.output(/"action":"create"/);
    await succeed(p.flotilla(['start', 'web']));
    await succeed(p.flotilla(['kill', 'web']));
    await following.output(/"action":"die"/);
    following.signal('SIGINT');
    const { exitCode, stdout } = await following.done;
    expect(exitCode).toBe(130);
    const die = parse(stdout).find(({ action }) => action === 'die');
    expect(die).toMatchObject({
      service: 'web',
      type: 'container',
      attributes: { exitCode: '137', image: images.busybox, name: `${p.name}-web-1`, team: 'blue' },
    });
    expect(parse(stdout).every(({ service }) => service === 'web')).toBe(true);
  });

  it('tell what was, of some services and by the name of a project alone', async () => {
    const p = await shop();
    const nowhere = await engine.project({});
    await succeed(p.flotilla(['up', '-d']));
    await succeed(p.flotilla(['run', '--rm', '-T', 'web', 'true']));
    await succeed(p.flotilla(['stop', '-t', '0', 'web']));
    // The native engine may tell of the end a moment later.
    const following = p.startFlotilla(['events', '--since', '5m', '--json', 'web']);
    await following.output(/"action":"die"/);
    following.signal('SIGINT');
    await following.done;
    const { stdout } = await succeed(p.flotilla(['events', ...past, '--json', 'web']));
    const seen = parse(stdout);
    const actions = seen.map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(['create', 'start']);
    expect(actions).toContain('kill');
    expect(actions.slice(-2).sort()).toEqual(['die', 'stop']);
    expect(seen.find(({ action }) => action === 'kill')?.attributes['signal']).toMatch(/^\d+$/);
    await p.composeToo(['events', ...past, '--json', 'web'], (theirs) => expectTheirs(theirs, seen));
    const byName = await succeed(nowhere.flotilla(['-p', p.name, 'events', ...past, '--json', 'web']));
    expect(byName.stdout).toBe(stdout);
    const text = await succeed(p.flotilla(['events', ...past, 'db']));
    const container = (await p.containers()).find(({ service }) => service === 'db');
    expect(text.stdout.split('\n\n')[0]).toMatch(
      new RegExp(
        `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6} container create ${container?.id} \\(.*name=${p.name}-db-1\\)$`,
      ),
    );
  });

  it('tell what was of a project that is gone, and of one that came back', async () => {
    const p = await shop();
    await succeed(p.flotilla(['up', '-d', 'web']));
    await succeed(p.flotilla(['down', '-t', '0']));
    const told = async () => parse((await succeed(p.flotilla(['events', ...past, '--json']))).stdout);
    const gone = await told();
    const actions = gone.map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(['create', 'start']);
    expect(actions.at(-1)).toBe('destroy');
    expect(actions).toContain('die');
    expect(gone.every(({ attributes }) => attributes['name'] === `${p.name}-web-1`)).toBe(true);
    await p.composeToo(['events', ...past, '--json'], (theirs) => expectTheirs(theirs, gone));
    await succeed(p.flotilla(['create', 'web']));
    expect((await told()).map(({ action }) => action)).toEqual([...actions, 'create']);
  });

  it('tell of health checks, and of what they do in containers', async () => {
    const p = await engine.project({
      'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    healthcheck: {test: [CMD, echo, well], interval: 1s}
`,
    });
    await succeed(p.flotilla(['up', '-d', '--wait']));
    const { stdout } = await succeed(p.flotilla(['events', ...past, '--json']));
    const actions = parse(stdout).map(({ action }) => action);
    expect(actions.slice(0, 6)).toEqual([
      'create',
      'start',
      'exec_create: echo well',
      'exec_start: echo well',
      'exec_die',
      'health_status: healthy',
    ]);
    expect(parse(stdout)[4]?.attributes).toMatchObject({
      execID: expect.stringMatching(/^[0-9a-f]{64}$/),
      exitCode: '0',
    });
    await p.composeToo(['events', ...past, '--json'], (theirs) => expectTheirs(theirs, parse(stdout)));
  });

  it('refuse what is no time, and services that there are not', async () => {
    const p = await shop();
    expect(await p.flotilla(['events', '--since', 'soon'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('"soon" is not a time'),
    });
    expect(await p.flotilla(['events', 'wbe'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no such service: wbe'),
    });
    await p.composeToo(['events', '--since', 'soon'], ({ exitCode }) => expect(exitCode).toBe(1));
  });

  it('tell of commands in containers', async () => {
    const p = await shop();
    await succeed(p.flotilla(['up', '-d', 'db']));
    expect((await p.flotilla(['exec', '-T', 'db', 'sh', '-c', 'exit 3'])).exitCode).toBe(3);
    await succeed(p.flotilla(['exec', '-T', 'db', 'true']));
    const { stdout } = await succeed(p.flotilla(['events', ...past, '--json', 'db']));
    const told = parse(stdout).filter(({ action }) => action.startsWith('exec_'));
    expect(told.map(({ action, attributes }) => [action, attributes['exitCode']])).toEqual([
      ['exec_create: sh -c exit 3', undefined],
      ['exec_start: sh -c exit 3', undefined],
      ['exec_die', '3'],
      ['exec_create: true ', undefined],
      ['exec_start: true ', undefined],
      ['exec_die', '0'],
    ]);
    const ids = told.map(({ attributes }) => attributes['execID']);
    expect(new Set(ids).size).toBe(2);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    await p.composeToo(['events', ...past, '--json', 'db'], (theirs) => expectTheirs(theirs, parse(stdout)));
  });
});
