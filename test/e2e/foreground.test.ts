import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { useEngine } from '../support/engine.ts';
import { byContainer, composeFile, polite, spoken, states, stubborn, summary } from './foreground-lines.ts';

const engine = useEngine();

describe('up in the foreground', () => {
  it('prints what containers say as docker compose does, until all have ended', async () => {
    const project = await engine.project(
      composeFile({
        web: `sh -c "echo hello; echo oops >&2; printf 'half a '; sleep 0.2; echo line; printf unfinished"`,
        'long-name': `sh -c "echo 1; echo 2; echo 3; exit 3"`,
      }),
    );
    const result = await project.flotilla(['up']);
    expect(summary(result)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Attaching to long-name-1, web-1
      long-name-1  | 1
      long-name-1  | 2
      long-name-1  | 3
      long-name-1 exited with code 3
      web-1        | hello
      web-1        | half a line
      web-1        | unfinished
      web-1 exited with code 0
      --- stderr
      web-1        | oops"
    `);
    expect(await project.flotilla(['down'])).toMatchObject({ exitCode: 0 });
    // docker compose pads a line that comes before it knows the longest name to what it knows by then.
    const unpadded = (text: string) => byContainer(text).replace(/ +\| /g, ' | ');
    await project.composeToo(['up'], ({ stdout, exitCode }) => {
      expect(unpadded(stdout)).toBe(unpadded(result.stdout));
      expect(exitCode).toBe(result.exitCode);
    });
  });

  it('says nothing twice when it runs again, and begins with the new output', async () => {
    const project = await engine.project(composeFile({ job: 'echo done' }));
    const first = await project.flotilla(['up']);
    const second = await project.flotilla(['up']);
    expect(second.stdout).toBe(first.stdout);
  });

  it('keeps following a container that the engine restarts', async () => {
    const project = await engine.project(
      composeFile({
        flaky: {
          command: `sh -c "echo try; echo x >> /tmp/n; [ $$(wc -l < /tmp/n) -lt 3 ] && exit 1; echo good"`,
          rest: '    restart: on-failure\n',
        },
      }),
    );
    const result = await project.flotilla(['up']);
    expect(summary(result)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Attaching to flaky-1
      flaky-1  | try
      flaky-1 exited with code 1 (restarting)
      flaky-1  | try
      flaky-1 exited with code 1 (restarting)
      flaky-1  | try
      flaky-1  | good
      flaky-1 exited with code 0
      --- stderr
      "
    `);
  });

  it('follows a container that somebody restarts meanwhile', async () => {
    const project = await engine.project(composeFile({ web: polite, other: polite }));
    const up = project.startFlotilla(['up']);
    await up.output(/web-1 +\| ready/);
    await up.output(/other-1 +\| ready/);
    const web = (await project.containers()).find(({ service }) => service === 'web');
    await engine.docker.restart(web?.id ?? '');
    await up.output(/web-1 +\| bye\n(.*\n)*web-1 +\| ready/);
    up.signal('SIGINT');
    const { stdout, exitCode } = await up.done;
    expect(exitCode).toBe(130);
    // Whether the restart was seen in time to be called one is chance.
    expect(byContainer(stdout.replaceAll(' (restarting)', ''))).toMatchInlineSnapshot(`
      "Attaching to other-1, web-1
      other-1  | ready
      other-1  | bye
      other-1 exited with code 0
      web-1    | ready
      web-1    | bye
      web-1 exited with code 0
      web-1    | ready
      web-1    | bye
      web-1 exited with code 0"
    `);
  });

  it('stops gently at Ctrl+C, with the last words, and leaves the containers', async () => {
    const project = await engine.project(composeFile({ web: polite, db: polite }));
    const up = project.startFlotilla(['up']);
    await up.output(/web-1 +\| ready/);
    await up.output(/db-1 +\| ready/);
    up.signal('SIGINT');
    expect(summary(await up.done)).toMatchInlineSnapshot(`
      "exit 130
      --- stdout
      Attaching to db-1, web-1
      db-1   | ready
      db-1   | bye
      db-1 exited with code 0
      web-1  | ready
      web-1  | bye
      web-1 exited with code 0
      --- stderr
      Gracefully Stopping... press Ctrl+C again to force
      db-1   | bye-err
      web-1  | bye-err"
    `);
    expect(await states(project)).toEqual({ web: 'Exited (0)', db: 'Exited (0)' });
  });

  it('kills at the second Ctrl+C', async () => {
    const project = await engine.project(
      composeFile({ web: { command: stubborn, rest: '    stop_grace_period: 1h\n' } }),
    );
    const up = project.startFlotilla(['up']);
    await up.output(/web-1 +\| ready/);
    up.signal('SIGINT');
    await up.output(/web-1 +\| no/);
    up.signal('SIGINT');
    expect(summary(await up.done)).toMatchInlineSnapshot(`
      "exit 130
      --- stdout
      Attaching to web-1
      web-1  | ready
      web-1  | no
      web-1 exited with code 137
      --- stderr
      Gracefully Stopping... press Ctrl+C again to force"
    `);
    expect(await states(project)).toEqual({ web: 'Exited (137)' });
  });

  it('stops at SIGTERM as well', async () => {
    const project = await engine.project(composeFile({ web: polite }));
    const up = project.startFlotilla(['up']);
    await up.output(/web-1 +\| ready/);
    up.signal('SIGTERM');
    expect(await up.done).toMatchObject({ exitCode: 130 });
    expect(await states(project)).toEqual({ web: 'Exited (0)' });
  });

  it('stops only the services that it was asked for', async () => {
    const project = await engine.project(
      composeFile({ web: { command: polite, rest: '    depends_on: [db]\n' }, db: polite }),
    );
    const up = project.startFlotilla(['up', 'web']);
    await up.output(/web-1 +\| ready/);
    up.signal('SIGINT');
    const { stdout, exitCode } = await up.done;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('Attaching to web-1\n');
    expect(stdout).not.toContain('db-1');
    expect(await states(project)).toEqual({ web: 'Exited (0)', db: 'running' });
  });
});

describe('Ctrl+C before everything has started', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Takes connections and never answers; resolves with its port, and when somebody has come. */
  async function silentRegistry(): Promise<{ readonly reference: string; readonly visited: Promise<void> }> {
    const open = new Set<Socket>();
    let visit = () => {};
    const visited = new Promise<void>((resolve) => {
      visit = resolve;
    });
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {});
      visit();
    });
    server.on('close', () => {
      for (const socket of open) socket.destroy();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    // The throwaway engine's end of the cable is .2, ours is .1.
    const host = engine.address.replace(/\.2$/, '.1');
    return { reference: `${host}:${(server.address() as AddressInfo).port}/none:1`, visited };
  }

  it('gives up a pull', async () => {
    const registry = await silentRegistry();
    const project = await engine.project({
      'compose.yaml': `services:\n  web:\n    image: ${registry.reference}\n`,
    });
    const up = project.startFlotilla(['up']);
    await registry.visited;
    up.signal('SIGINT');
    expect(await up.done).toMatchObject({ exitCode: 130 });
    expect(await project.flotilla(['down'])).toMatchObject({ exitCode: 0 });
    expect(await project.leftovers()).toEqual([]);
  });

  it('gives up a wait, and stops what was started', async () => {
    const project = await engine.project(
      composeFile({
        web: { command: 'echo never', rest: '    depends_on: {db: {condition: service_healthy}}\n' },
        db: {
          command: polite,
          rest: '    healthcheck: {test: exit 1, interval: 1h, start_period: 1h}\n',
        },
      }),
    );
    const up = project.startFlotilla(['up']);
    await up.output(/db-1 +\| ready/);
    await up.output(/Container \S+-db-1 {2}Waiting/);
    up.signal('SIGINT');
    expect(summary(await up.done)).toMatchInlineSnapshot(`
      "exit 130
      --- stdout
      Attaching to db-1, web-1
      db-1  | ready
      db-1  | bye
      db-1 exited with code 0
      --- stderr
      Gracefully Stopping... press Ctrl+C again to force
      db-1  | bye-err"
    `);
    expect(await states(project)).toEqual({ web: 'created', db: 'Exited (0)' });
  });

  it('leaves running what -d had started, and the next up goes on', async () => {
    const project = await engine.project(
      composeFile({
        web: { command: polite, rest: '    depends_on: {db: {condition: service_healthy}}\n' },
        db: {
          command: polite,
          rest: '    healthcheck: {test: test -e /tmp/good, interval: 100ms, retries: 1000}\n',
        },
      }),
    );
    const up = project.startFlotilla(['up', '-d']);
    await up.output(/Container \S+-db-1 {2}Waiting/);
    up.signal('SIGINT');
    expect(await up.done).toMatchObject({ exitCode: 130 });
    expect(await states(project)).toEqual({ web: 'created', db: 'running' });
    expect(await project.flotilla(['exec', '-T', 'db', 'touch', '/tmp/good'])).toMatchObject({ exitCode: 0 });
    expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
    expect(await states(project)).toEqual({ web: 'running', db: 'running' });
  });
});

describe('what the run waits for', () => {
  it.each([
    ['the services that are named', ['web']],
    ['the services that are shown', ['--no-attach', 'db']],
  ])('%s, as with docker compose', async (_, flags) => {
    const project = await engine.project(
      composeFile({
        db: polite,
        web: { command: `sh -c "echo web; exit 5"`, rest: '    depends_on: [db]\n' },
      }),
    );
    const shown = 'Attaching to web-1\nweb-1  | web\nweb-1 exited with code 5';
    const result = await project.flotilla(['up', ...flags]);
    expect([result.exitCode, byContainer(result.stdout)]).toEqual([0, shown]);
    expect(await states(project)).toEqual({ web: 'Exited (5)', db: 'running' });
    await project.flotilla(['down']);
    await project.composeToo(['up', ...flags], ({ exitCode, stdout }) =>
      expect([exitCode, byContainer(stdout)]).toEqual([0, shown]),
    );
  });
});

describe('choosing what is shown', () => {
  const two = () => composeFile({ web: 'echo web', job: 'echo job' });

  it.each([
    ['--attach', ['--attach', 'web'], 'Attaching to web-1\nweb-1  | web\nweb-1 exited with code 0'],
    ['--no-attach', ['--no-attach', 'web'], 'Attaching to job-1\njob-1  | job\njob-1 exited with code 0'],
    ['names', ['web'], 'Attaching to web-1\nweb-1  | web\nweb-1 exited with code 0'],
  ])('%s shows some', async (_, flags, shown) => {
    const project = await engine.project(two());
    expect(byContainer((await project.flotilla(['up', ...flags])).stdout)).toBe(shown);
    await project.flotilla(['down']);
    await project.composeToo(['up', ...flags], ({ stdout }) => expect(byContainer(stdout)).toBe(shown));
  });

  it('--no-log-prefix leaves the names away', async () => {
    const project = await engine.project(composeFile({ web: 'echo plain' }));
    const { stdout } = await project.flotilla(['up', '--no-log-prefix']);
    expect(stdout).toBe('Attaching to web-1\nplain\nweb-1 exited with code 0\n');
  });

  it('--timestamps puts the time in front', async () => {
    const project = await engine.project(composeFile({ web: 'echo now' }));
    const { stdout } = await project.flotilla(['up', '--timestamps']);
    expect(stdout).toMatch(/^web-1 {2}\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z now$/m);
  });

  it('--ansi always colours the names, --no-color does not', async () => {
    const project = await engine.project(composeFile({ web: 'echo text' }));
    expect((await project.flotilla(['--ansi', 'always', 'up'])).stdout).toContain(
      '\x1b[36mweb-1  | \x1b[0mtext\n',
    );
    expect((await project.flotilla(['--ansi', 'always', 'up', '--no-color'])).stdout).toContain(
      'web-1  | text\n',
    );
  });
});

describe('a lot of output, 50 MB', () => {
  it('loses no byte and takes little memory when its reader is slow', { timeout: 180_000 }, async () => {
    const count = 700_000;
    const padding = 'x'.repeat(70);
    const project = await engine.project(
      composeFile({ web: `sh -c "seq 1 ${count} | sed s/$$/${padding}/"` }),
    );
    const up = project.spawnFlotilla(['up', '--no-log-prefix']);
    let expected = 1;
    let rest = '';
    let peak = 0;
    for await (const chunk of up.stdout) {
      peak = Math.max(peak, residentBytes(up.pid ?? 0));
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === `${expected}${padding}`) expected += 1;
        else if (!line.includes('-1')) throw new Error(`"${line}" instead of ${expected}`);
      }
    }
    expect(expected).toBe(count + 1);
    expect(peak).toBeLessThan(200 * 1024 * 1024);
  });

  it('ends quietly when nobody reads it any more, and leaves the containers', async () => {
    const project = await engine.project(
      composeFile({ web: { command: `sh -c "while :; do echo line; sleep 0.01; done"` } }),
    );
    const up = project.spawnFlotilla(['up']);
    let stderr = '';
    up.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => up.once('close', resolve));
    up.stdout.once('data', () => up.stdout.destroy());
    expect(await ended).toBe(141);
    expect(spoken(stderr)).toBe('');
    // Its lines may come before the engine calls it running.
    await expect.poll(() => states(project), { timeout: 10_000 }).toEqual({ web: 'running' });
  });
});

function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
