import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

describe('wait', () => {
  const engine = useEngine();
  /** Each ends with its own code once it is told to. */
  const shop = (): Promise<TestProject> =>
    engine.project({
      'compose.yaml': `
x-until: &until {image: ${images.busybox}, init: true}
services:
  one: {<<: *until, command: "sh -c 'until [ -e /go ]; do sleep 0.05; done; exit 3'"}
  two: {<<: *until, command: "sh -c 'until [ -e /go ]; do sleep 0.05; done; exit 4'"}
  twice: {<<: *until, command: "sh -c 'until [ -e /go ]; do sleep 0.05; done; exit 5'", restart: "on-failure:1"}
  quick: {<<: *until, command: "sh -c 'exit 7'"}
  spare: {<<: *until, command: "true", profiles: [more]}
`,
    });
  const told = async (project: TestProject, text: string): Promise<string> => {
    let readable = text;
    for (const { id, service } of await project.containers()) readable = readable.replaceAll(id, service);
    return readable;
  };
  const release = (project: TestProject, service: string) =>
    succeed(project.flotilla(['exec', '-T', service, 'touch', '/go']));

  it('tells each end as it comes, and exits with the code of the last', async () => {
    const p = await shop();
    await succeed(p.flotilla(['up', '-d', 'one', 'two']));
    const waiting = p.startFlotilla(['wait', 'one', 'two']);
    await release(p, 'two');
    await waiting.output(/status code 4/);
    await release(p, 'one');
    const { exitCode, stdout } = await waiting.done;
    expect(exitCode).toBe(3);
    expect(await told(p, stdout)).toBe(
      'container "two" exited with status code 4\ncontainer "one" exited with status code 3\n',
    );
  });

  it('counts what has ended already, and knows it by the name of the project alone', async () => {
    const p = await shop();
    const nowhere = await engine.project({});
    await succeed(p.flotilla(['up', '-d', 'quick', 'one']));
    const first = await p.flotilla(['wait', 'quick']);
    expect([first.exitCode, await told(p, first.stdout)]).toEqual([
      7,
      'container "quick" exited with status code 7\n',
    ]);
    const waiting = nowhere.startFlotilla(['-p', p.name, 'wait', 'quick', 'one']);
    await waiting.output(/status code 7/);
    await release(p, 'one');
    expect((await waiting.done).exitCode).toBe(3);
  });

  it('goes on while the restart policy brings a container back, and ends with one that is removed', async () => {
    const p = await shop();
    await succeed(p.flotilla(['up', '-d', 'quick', 'one', 'twice']));
    const waiting = p.startFlotilla(['wait', 'twice']);
    // The file is there in its second run, too.
    await release(p, 'twice');
    const { exitCode, stdout } = await waiting.done;
    expect([exitCode, await told(p, stdout)]).toEqual([5, 'container "twice" exited with status code 5\n']);
    const removed = p.startFlotilla(['wait', 'quick', 'one']);
    await removed.output(/status code 7/);
    await succeed(p.flotilla(['rm', '-fs', 'one']));
    expect((await removed.done).exitCode).toBeGreaterThan(0);
  });

  it('removes the project afterwards when asked, and stops at Ctrl+C', async () => {
    const p = await shop();
    await succeed(p.flotilla(['up', '-d', 'quick', 'one']));
    const interrupted = p.startFlotilla(['wait', '--down-project', 'quick', 'one']);
    await interrupted.output(/status code 7/);
    interrupted.signal('SIGINT');
    expect((await interrupted.done).exitCode).toBe(130);
    expect(await p.containers()).toHaveLength(2);
    const waiting = p.startFlotilla(['wait', '--down-project', 'quick', 'one']);
    await waiting.output(/status code 7/);
    await release(p, 'one');
    expect((await waiting.done).exitCode).toBe(3);
    expect(await p.leftovers()).toEqual([]);
  });

  it('refuses what it would wait for in vain', async () => {
    const p = await shop();
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['wait'], 'requires at least 1 argument'],
      [['wait', 'on'], 'no such service: on'],
      [['wait', ''], 'no such service: ""'],
      [['wait', 'spare'], `no containers for project "${p.name}"`],
    ];
    for (const [args, said] of cases) {
      const { exitCode, stderr } = await p.flotilla(args);
      expect([args, exitCode, stderr]).toEqual([args, 1, expect.stringContaining(said)]);
      await p.composeToo(args, (theirs) => expect([args, theirs.exitCode]).toEqual([args, 1]));
    }
  });
});
