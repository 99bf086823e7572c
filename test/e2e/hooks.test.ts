import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();

const sleeping = `image: ${images.busybox}\n    init: true\n    command: sleep 1000`;
const say = (words: string) => `["sh", "-c", "echo ${words} >> /log/lines"]`;

/** Every hook writes a line into a volume, which the reader, who stays, has too. */
const file = (more = '') => `
services:
  reader:
    ${sleeping}
    volumes: ["log:/log"]
  web:
    ${sleeping}
    environment: {FROM: service}
    volumes: ["log:/log"]
    depends_on: [reader]
${more}volumes: {log: {}}
`;

async function lines(project: TestProject): Promise<readonly string[]> {
  const { stdout } = await succeed(project.flotilla(['exec', '-T', 'reader', 'cat', '/log/lines']));
  return stdout.trim().split('\n');
}

const told = (stderr: string, project: TestProject) =>
  stderr
    .replaceAll(project.name, 'shop')
    .replaceAll(images.busybox, 'busybox')
    // Engine 20.10 says 126 for what newer ones call 127, and each has a frame of its own around what the runtime says.
    .replaceAll('exited with status 126', 'exited with status 127')
    .replace(/\| .*(exec: "\S+": executable file not found in \$PATH).*/, '| $1');

describe('hooks in the container', () => {
  const hooks = `    post_start:
      - command: ${say('first $$FROM in $$(pwd)')}
        working_dir: /tmp
      - command: ${say('second $$FROM as $$(id -u)')}
        user: "1000"
        environment: {FROM: hook}
    pre_stop:
      - command: ${say('stopping')}
`;
  // So that the other user may write too.
  const open = (project: TestProject) =>
    succeed(project.flotilla(['exec', '-T', 'reader', 'sh', '-c', 'umask 0; : > /log/lines']));

  it('run after the start and before the stop, as with docker compose', async () => {
    for (const tool of engine.tools) {
      const project = await engine.project({ 'compose.yaml': file(hooks) });
      await succeed(project[tool](['up', '-d', 'reader']));
      await open(project);
      await succeed(project[tool](['up', '-d']));
      await succeed(project[tool](['up', '-d']));
      await succeed(project[tool](['restart', '-t', '1', 'web']));
      await succeed(project[tool](['stop', '-t', '1', 'web']));
      await succeed(project[tool](['start', 'web']));
      const start = ['first service in /tmp', 'second hook as 1000'];
      expect([tool, ...(await lines(project))]).toEqual([
        tool,
        ...start,
        'stopping',
        ...start,
        'stopping',
        ...start,
      ]);
    }
  });

  it('run also before a container is replaced, is one too many, or is stopped by Ctrl+C', async () => {
    const project = await engine.project({ 'compose.yaml': file(hooks) });
    await succeed(project.flotilla(['up', '-d', 'reader']));
    await open(project);
    const start = ['first service in /tmp', 'second hook as 1000'];
    await succeed(project.flotilla(['up', '-d', '--scale', 'web=2']));
    expect(await lines(project)).toEqual([...start, ...start]);
    await succeed(project.flotilla(['up', '-d', '-t', '1', '--scale', 'web=1']));
    expect((await lines(project)).slice(4)).toEqual(['stopping']);
    await succeed(project.flotilla(['up', '-d', '-t', '1', '--force-recreate', '--no-deps', 'web']));
    expect((await lines(project)).slice(5)).toEqual(['stopping', ...start]);
    const attached = project.startFlotilla(['up', '-t', '1', 'web']);
    await attached.output(/Attaching to/);
    attached.signal('SIGINT');
    await attached.done;
    expect((await lines(project)).slice(8)).toEqual(['stopping']);
  });

  it('show what they write in the foreground, marked as docker compose marks it', async () => {
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    image: ${images.busybox}\n    command: sh -c "sleep 1"\n    post_start: [{command: [echo, warm]}]\n`,
    });
    const ours = await succeed(project.flotilla(['up']));
    expect(ours.stdout.split('\n').find((line) => line.includes('warm'))).toMatch(/^web-1 -> +\| warm$/);
    await succeed(project.flotilla(['down']));
    await project.composeToo(['up'], ({ stdout }) =>
      expect(stdout.split('\n').find((line) => line.includes('warm'))).toMatch(/^web-1 -> +\| warm$/),
    );
  });

  it('write each line once, before the start as well as before a stop by Ctrl+C', async () => {
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    ${sleeping}\n    pre_start: [{command: [echo, early]}]\n    pre_stop: [{command: [echo, late]}]\n`,
    });
    const attached = project.startFlotilla(['up', '-t', '1']);
    await attached.output(/web-1 +Started/);
    attached.signal('SIGINT');
    const { stdout } = await attached.done;
    expect(stdout.split('\n').filter((line) => /early|late|pre_start/.test(line))).toEqual([
      expect.stringMatching(/^web-pre_start_1 -> +\| early$/),
      expect.stringMatching(/^web-1 -> +\| late$/),
    ]);
  });

  it('that fail after the start fail up with their last words, and the container stays', async () => {
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    ${sleeping}\n    post_start:\n      - command: ["sh", "-c", "echo no such host; exit 3"]\n`,
    });
    const { exitCode, stderr } = await project.flotilla(['--progress', 'quiet', 'up', '-d']);
    expect(exitCode).toBe(1);
    expect(told(stderr, project)).toMatchInlineSnapshot(`
      "compose.yaml:7:18: error: web hook exited with status 3 (post_start[0] in container shop-web-1) [run.hook]
      5 |     command: sleep 1000
      6 |     post_start:
      7 |       - command: ["sh", "-c", "echo no such host; exit 3"]
        |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        its last output:
          | no such host
      hint: Try it yourself: \`flotilla exec web sh\`. The next \`up\` does not repeat it; \`flotilla restart web\` does.
      "
    `);
    expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
      'web running',
    ]);
    await succeed(project.flotilla(['down', '-t', '1']));
  });

  it('that fail before the stop are told, and what shall stop stops', async () => {
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    ${sleeping}\n    pre_stop:\n      - command: ["flush-all"]\n`,
    });
    await succeed(project.flotilla(['up', '-d']));
    const { exitCode, stderr } = await project.flotilla(['--progress', 'quiet', 'down', '-t', '1']);
    expect(exitCode).toBe(1);
    expect(told(stderr, project)).toMatchInlineSnapshot(`
      " Container shop-web-1  Warning: web hook exited with status 127 (pre_stop[0] in container shop-web-1)
      compose.yaml:7:18: error: web hook exited with status 127 (pre_stop[0] in container shop-web-1) [run.hook]
      5 |     command: sleep 1000
      6 |     pre_stop:
      7 |       - command: ["flush-all"]
        |                  ^^^^^^^^^^^^^
        its last output:
          | exec: "flush-all": executable file not found in $PATH
      hint: The container was stopped all the same. A hook has as long as the stop itself: stop_grace_period, or -t.
      "
    `);
    expect(await project.leftovers()).toEqual([]);
  });

  it('that hang before the stop hold it up no longer than the grace period', async () => {
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    ${sleeping}\n    stop_grace_period: 2s\n    pre_stop: [{command: [sh, -c, "echo flushing; sleep 1000"]}]\n`,
    });
    await succeed(project.flotilla(['up', '-d']));
    const { exitCode, stderr } = await project.flotilla(['--progress', 'quiet', 'down']);
    expect(exitCode).toBe(1);
    expect(told(stderr, project)).toMatchInlineSnapshot(`
      " Container shop-web-1  Warning: web hook has not ended within 2s (pre_stop[0] in container shop-web-1)
      compose.yaml:7:26: error: web hook has not ended within 2s (pre_stop[0] in container shop-web-1) [run.hook]
      5 |     command: sleep 1000
      6 |     stop_grace_period: 2s
      7 |     pre_stop: [{command: [sh, -c, "echo flushing; sleep 1000"]}]
        |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        its last output:
          | flushing
      hint: The container was stopped all the same. A hook has as long as the stop itself: stop_grace_period, or -t.
      "
    `);
    expect(await project.leftovers()).toEqual([]);
    await succeed(project.flotilla(['up', '-d']));
    const sooner = await project.flotilla(['--progress', 'quiet', 'down', '-t', '1']);
    expect(sooner.stderr).toContain('web hook has not ended within 1s');
    expect(await project.leftovers()).toEqual([]);
  });
});

describe('hooks before the start', () => {
  const hooks = `    pre_start:
      - command: ${say('one $$FROM $$ONLY')}
        environment: {ONLY: hook}
      - command: ["sh", "-c", "ping -c 1 reader && echo two >> /log/lines"]
`;

  it("run one after the other in containers like the service's, once for all replicas, and leave nothing", async () => {
    const project = await engine.project({ 'compose.yaml': file(hooks) });
    await succeed(project.flotilla(['up', '-d', '--scale', 'web=2']));
    expect(await lines(project)).toEqual(['one service hook', 'two']);
    await succeed(project.flotilla(['up', '-d', '--scale', 'web=3']));
    expect(await lines(project)).toEqual(['one service hook', 'two']);
    await succeed(project.flotilla(['up', '-d', '-t', '1', '--force-recreate', '--scale', 'web=1']));
    expect(await lines(project)).toEqual(['one service hook', 'two', 'one service hook', 'two']);
    expect((await project.containers()).map(({ name }) => name.replace(project.name, 'shop'))).toEqual([
      'shop-reader-1',
      'shop-web-1',
    ]);
  });

  it('keep the service from starting when they fail, stay to be looked at, and are swept by the next up', async () => {
    const failing = file(`    pre_start:\n      - command: ["sh", "-c", "echo migrating; exit 4"]\n`);
    const project = await engine.project({ 'compose.yaml': failing });
    const { exitCode, stderr } = await project.flotilla(['--progress', 'quiet', 'up', '-d']);
    expect(exitCode).toBe(1);
    expect(told(stderr, project)).toMatchInlineSnapshot(`
      "compose.yaml:16:18: error: web hook exited with status 4 (pre_start[0] in container shop-web-pre_start_1) [run.hook]
      14 |     depends_on: [reader]
      15 |     pre_start:
      16 |       - command: ["sh", "-c", "echo migrating; exit 4"]
         |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      17 | volumes: {log: {}}
        its last output:
          | migrating
      hint: Its container is kept until the next \`up\` or \`down\`: \`docker logs shop-web-pre_start_1\` has all of its output.
      "
    `);
    const states = async () =>
      (await project.containers()).map(({ name, state }) => `${name.replace(project.name, 'shop')} ${state}`);
    expect(await states()).toEqual([
      'shop-reader-1 running',
      'shop-web-1 created',
      'shop-web-pre_start_1 exited',
    ]);
    expect((await succeed(project.flotilla(['ps', '-a', '-q']))).stdout.trim().split('\n')).toHaveLength(2);
    project.write('compose.yaml', file(hooks));
    await succeed(project.flotilla(['up', '-d']));
    expect(await states()).toEqual(['shop-reader-1 running', 'shop-web-1 running']);
    await succeed(project.flotilla(['down', '-v', '-t', '1']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('cannot be for each replica', async () => {
    const project = await engine.project({
      'compose.yaml': file(`    pre_start:\n      - command: ["true"]\n        per_replica: true\n`),
    });
    const { exitCode, stderr } = await project.flotilla(['up', '-d']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'compose.yaml:16:7: error: services.web.pre_start: a hook before the start runs once for all replicas',
    );
  });
});
