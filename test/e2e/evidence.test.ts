import { describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';

const engine = useEngine();

const base = `image: ${images.busybox}, init: true`;

/** So that it is waited for until it ends, and not only until it runs. */
const watched = 'healthcheck: {test: "false", interval: 1m}';

/** What the user sees at the end of a failed `up`, on a project of these services. */
async function failure(services: string, args: readonly string[] = ['up', '-d']): Promise<string> {
  const project = await engine.project({ 'compose.yaml': `services:\n${services}` });
  const { exitCode, stderr } = await project.flotilla(['--progress', 'quiet', ...args]);
  expect(exitCode, stderr).toBe(1);
  return stderr.replaceAll(project.name, 'shop');
}

describe('a failed up shows what there is to see', () => {
  it('of a dependency that crashes at once: its last words', async () => {
    expect(
      await failure(`  db:
    {${base}, command: sh -c "exec 2>&1; echo reading config; echo 'FATAL no such file' >&2; exit 3", healthcheck: {test: "true"}}
  web:
    {${base}, command: sleep 1000, depends_on: {db: {condition: service_healthy}}}
`),
    ).toMatchInlineSnapshot(`
      "compose.yaml:3:62: error: dependency failed to start: container shop-db-1 exited (3) [run.exited]
      1 | services:
      2 |   db:
      3 |   {image: localhost/flotilla/busybox, init: true, command: sh -c "exec 2>&1; echo reading config; echo 'FATAL no such fi
        |                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      4 |   web:
        web waits for db: service_healthy (compose.yaml:5:91)
        last output of db:
          | reading config
          | FATAL no such file
      hint: See all that it said with \`flotilla logs db\`.
      "
    `);
  });

  it('of a job that fails: its exit code, and who needs it', async () => {
    expect(
      await failure(`  migrate:
    {${base}, command: sh -c "echo migrating; exit 7"}
  web:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    depends_on:
      migrate:
        condition: service_completed_successfully
`),
    ).toMatchInlineSnapshot(`
      "compose.yaml:3:62: error: service "migrate" didn't complete successfully: exit 7 [run.exited]
      1 | services:
      2 |   migrate:
      3 |     {image: localhost/flotilla/busybox, init: true, command: sh -c "echo migrating; exit 7"}
        |                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      4 |   web:
        web waits for migrate: service_completed_successfully (compose.yaml:10:9)
        last output of migrate:
          | migrating
      hint: See all that it said with \`flotilla logs migrate\`.
      "
    `);
  });

  it('of a program that is not there although its shell is: what 127 means', async () => {
    expect(
      await failure(
        `  web:
    {${base}, command: sh -c "no-such-program", ${watched}}
`,
        ['up', '-d', '--wait'],
      ),
    ).toMatchInlineSnapshot(`
      "compose.yaml:3:62: error: container shop-web-1 exited (127) [run.exited]
      1 | services:
      2 |   web:
      3 |   {image: localhost/flotilla/busybox, init: true, command: sh -c "no-such-program", healthcheck: {test: "false", interva
        |                                                            ^^^^^^^^^^^^^^^^^^^^^^^
        exit code 127: its command was not found in the image
        last output of web:
          | sh: no-such-program: not found
      hint: See all that it said with \`flotilla logs web\`.
      "
    `);
  });

  it('of a container that is killed: by whom', async () => {
    expect(
      await failure(
        `  web:
    {${base}, command: 'sh -c "kill -9 $$$$"', ${watched}}
`,
        ['up', '-d', '--wait'],
      ),
    ).toMatchInlineSnapshot(`
      "compose.yaml:3:62: error: container shop-web-1 exited (137) [run.exited]
      1 | services:
      2 |   web:
      3 |   {image: localhost/flotilla/busybox, init: true, command: 'sh -c "kill -9 $$$$"', healthcheck: {test: "false", interval
        |                                                            ^^^^^^^^^^^^^^^^^^^^^^
        exit code 137: killed by SIGKILL; its own memory limit was not the reason
        shop-web-1 has written nothing
      hint: Something outside killed it: a \`kill\`, or the kernel when the whole machine was out of memory (\`dmesg\` tells).
      "
    `);
  });

  it('of one that uses too much memory: that it was the limit', async () => {
    expect(
      await failure(
        `  web:
    image: ${images.busybox}
    command: sh -c "sleep 0.2; tail /dev/zero"
    mem_limit: 16m
    memswap_limit: 16m
    healthcheck: {test: sleep 100}
`,
        ['up', '-d', '--wait'],
      ),
    ).toMatchInlineSnapshot(`
      "compose.yaml:5:16: error: container shop-web-1 exited (137) [run.exited]
      3 |     image: localhost/flotilla/busybox
      4 |     command: sh -c "sleep 0.2; tail /dev/zero"
      5 |     mem_limit: 16m
        |                ^^^
      6 |     memswap_limit: 16m
        exit code 137: the kernel killed it because it used more memory than its limit
        shop-web-1 has written nothing
      hint: Raise its \`mem_limit\`, or make it use less.
      "
    `);
  });

  it('of one that takes too long: what it was doing', async () => {
    expect(
      await failure(
        `  db:
    {${base}, command: sh -c "echo still loading; sleep 1000", healthcheck: {test: "echo not yet; exit 1", interval: 300ms, retries: 1000}}
`,
        ['up', '-d', '--wait', '--wait-timeout', '2'],
      ),
    ).toMatch(
      /^compose\.yaml:3:\d+: error: application not healthy after 2s: shop-db-1 is still starting \[run\.wait-timeout\]\n(?: *\d* \| .*\n)+ {2}last probes of its health check \(compose\.yaml:3:\d+\):\n( {4}\| exit 1: not yet\n)+ {2}last output of db:\n {4}\| still loading\nhint: See all that it says/,
    );
  });
});
