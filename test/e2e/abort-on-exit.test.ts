import { describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { byContainer, composeFile, polite, states, summary } from './foreground-lines.ts';

const engine = useEngine();

describe('what the end of one container does to the others', () => {
  const failing = () =>
    composeFile({
      web: polite,
      job: { command: `sh -c "echo working; exit 7"`, rest: '    depends_on: [web]\n' },
    });

  it.each([
    ['--abort-on-container-exit gives its code', ['--abort-on-container-exit'], 7],
    ['--abort-on-container-failure gives its code', ['--abort-on-container-failure'], 7],
    ['--exit-code-from gives the code of its service', ['--exit-code-from', 'job'], 7],
  ])('%s', async (_, flags, exitCode) => {
    const project = await engine.project(failing());
    const result = await project.flotilla(['up', ...flags]);
    expect(result.exitCode).toBe(exitCode);
    expect(byContainer(result.stdout)).toContain('job-1 exited with code 7\nweb-1');
    expect(await states(project)).toEqual({ web: expect.stringMatching(/^Exited/), job: 'Exited (7)' });
    await project.flotilla(['down']);
    await project.composeToo(['up', ...flags], (theirs) => expect(theirs.exitCode).toBe(exitCode));
  });

  it('gives 143 for a service that another one has ended, when that one does not say it better', async () => {
    const project = await engine.project(
      composeFile({
        web: `sh -c "trap 'exit 143' TERM; while :; do sleep 0.05; done"`,
        job: { command: `sh -c "exit 7"`, rest: '    depends_on: [web]\n' },
      }),
    );
    const result = await project.flotilla(['up', '--exit-code-from', 'web']);
    expect(result.exitCode).toBe(143);
    await project.flotilla(['down']);
    await project.composeToo(['up', '--exit-code-from', 'web'], (theirs) =>
      expect(theirs.exitCode).toBe(143),
    );
  });

  it('does nothing for an end without failure and --abort-on-container-failure', async () => {
    const project = await engine.project(
      composeFile({ one: `sh -c "echo one"`, two: { command: `sh -c "sleep 0.3; echo two"` } }),
    );
    expect(summary(await project.flotilla(['up', '--abort-on-container-failure']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Attaching to one-1, two-1
      one-1  | one
      one-1 exited with code 0
      two-1  | two
      two-1 exited with code 0
      --- stderr
      "
    `);
  });

  it('gives the code of the container that ended when the service that was asked for runs on', async () => {
    const project = await engine.project(
      composeFile({ db: polite, web: { command: `sh -c "exit 5"`, rest: '    depends_on: [db]\n' } }),
    );
    const flags = ['up', '--exit-code-from', 'db', 'web'];
    expect((await project.flotilla(flags)).exitCode).toBe(5);
    expect(await states(project)).toEqual({ web: 'Exited (5)', db: 'running' });
    await project.flotilla(['down']);
    await project.composeToo(flags, (theirs) => expect(theirs.exitCode).toBe(5));
  });

  it.each([['--abort-on-container-exit'], ['--exit-code-from=web']])(
    'is no matter when Ctrl+C ended it: %s',
    async (flag) => {
      const project = await engine.project(
        composeFile({ web: `sh -c "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done"` }),
      );
      const up = project.startFlotilla(['up', flag]);
      await up.output(/web-1 +\| ready/);
      up.signal('SIGINT');
      expect(await up.done).toMatchObject({ exitCode: 130 });
    },
  );
});

describe('the end of a container while others are not up yet', () => {
  const shared = (rest = '') => `    volumes: ["shared:/shared"]\n${rest}`;
  /** A database that never gets healthy, what waits for it, and a job that ends once the database listens to signals. */
  const waiting = (job: string) => {
    const { 'compose.yaml': text } = composeFile({
      db: {
        command: polite.replace('echo ready', 'touch /shared/up; echo ready'),
        rest: shared('    healthcheck: {test: exit 1, interval: 1h, start_period: 1h}\n'),
      },
      web: { command: 'echo never', rest: '    depends_on: {db: {condition: service_healthy}}\n' },
      job: { command: `sh -c "until [ -e /shared/up ]; do sleep 0.05; done; ${job}"`, rest: shared() },
    });
    return { 'compose.yaml': `${text}volumes: {shared: {}}\n` };
  };

  it.each([
    ['--abort-on-container-exit', 0],
    ['--abort-on-container-exit', 7],
    ['--abort-on-container-failure', 7],
    ['--exit-code-from=job', 7],
  ])('ends the run at once with %s and code %i', async (flag, exitCode) => {
    const project = await engine.project(waiting(`echo working; exit ${exitCode}`));
    const result = await project.flotilla(['up', flag]);
    expect(summary(result)).toBe(
      [
        `exit ${exitCode}`,
        '--- stdout',
        'Attaching to db-1, job-1, web-1',
        'db-1   | ready',
        'db-1   | bye',
        'db-1 exited with code 0',
        'job-1  | working',
        `job-1 exited with code ${exitCode}`,
        '--- stderr',
        'Aborting on container exit...',
        'db-1   | bye-err',
      ].join('\n'),
    );
    expect(await states(project)).toEqual({ db: 'Exited (0)', job: `Exited (${exitCode})`, web: 'created' });
  });

  it('counts also when the container ran before', async () => {
    const project = await engine.project(waiting('while ! [ -e /tmp/end ]; do sleep 0.05; done; exit 7'));
    expect((await project.flotilla(['up', '-d', 'job'])).exitCode).toBe(0);
    const up = project.startFlotilla(['up', '--abort-on-container-exit']);
    await up.output(/Container \S+-db-1 {2}Waiting/);
    await project.flotilla(['exec', '-T', 'job', 'touch', '/tmp/end']);
    expect(await up.done).toMatchObject({ exitCode: 7 });
    expect(await states(project)).toEqual({ db: 'Exited (0)', job: 'Exited (7)', web: 'created' });
  });

  it('gives its code, not the one of the failed start, when others waited for it', async () => {
    const project = await engine.project(
      composeFile({
        db: polite,
        migrate: { command: `sh -c "exit 7"`, rest: '    depends_on: [db]\n' },
        web: {
          command: 'echo never',
          rest: '    depends_on: {migrate: {condition: service_completed_successfully}}\n',
        },
      }),
    );
    const result = await project.flotilla(['up', '--abort-on-container-failure']);
    expect(result.exitCode).toBe(7);
    expect(await states(project)).toEqual({ db: 'Exited (0)', migrate: 'Exited (7)', web: 'created' });
  });

  it('is no matter when only a dependency of the named services has ended', async () => {
    const project = await engine.project(
      composeFile({
        migrate: 'echo migrated',
        web: {
          command: `sh -c "echo web; exit 5"`,
          rest: '    depends_on: {migrate: {condition: service_completed_successfully}}\n',
        },
      }),
    );
    const flags = ['up', '--abort-on-container-exit', 'web'];
    const result = await project.flotilla(flags);
    expect([result.exitCode, byContainer(result.stdout)]).toEqual([
      5,
      'Attaching to web-1\nweb-1  | web\nweb-1 exited with code 5',
    ]);
    await project.flotilla(['down']);
    await project.composeToo(flags, (theirs) => expect(theirs.exitCode).toBe(5));
  });
});
