import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.ts';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

/** Merged into every service: busybox that sleeps, and ends at once when it is told to. */
const s = `image: ${images.busybox}, init: true`;
const sleep = `${s}, command: sleep 1000`;

describe('services', () => {
  const engine = useEngine();
  const project = (services: string, more = '') =>
    engine.project({ 'compose.yaml': `services:\n${services}\n${more}` });

  const states = async (of: TestProject) =>
    (await of.containers()).map(({ name, state }) => `${name.slice(of.name.length + 1)} ${state}`);

  /** Both tools refuse with exit code 1 and, somewhere, the same sentence. */
  const bothFail = async (of: TestProject, args: readonly string[], sentence: string) => {
    const check = ({ stdout, stderr, exitCode }: CommandResult) => {
      expect(`${stdout}${stderr}`.replaceAll(of.name, 'PROJECT')).toContain(sentence);
      expect(exitCode).toBe(1);
    };
    const own = await of.flotilla(args);
    const left = await states(of);
    await of.flotilla(['down', '-v', '-t', '0']);
    await of.composeToo(args, check);
    check(own);
    return left;
  };

  describe('that depend on others', () => {
    it('start when those have started, are healthy, have completed', async () => {
      const p = await project(`
  started: {${sleep}}
  healthy: {${s}, command: sh -c "sleep 0.5; touch /tmp/up; exec sleep 1000", healthcheck: {test: test -e /tmp/up, interval: 100ms, retries: 100}}
  completed: {${s}, command: sh -c "sleep 0.5; exit 0"}
  last: {${sleep}, depends_on: {started: {condition: service_started}, healthy: {condition: service_healthy}, completed: {condition: service_completed_successfully}}}`);
      await succeed(p.flotilla(['up', '-d']));
      expect(await states(p)).toEqual([
        'completed-1 exited',
        'healthy-1 running',
        'last-1 running',
        'started-1 running',
      ]);
      expect((await engine.docker.inspect(`${p.name}-healthy-1`))?.health).toBe('healthy');
    });

    it('do not start when a required one is unhealthy', async () => {
      const p = await project(`
  sick: {${sleep}, healthcheck: {test: "false", interval: 100ms, retries: 1}}
  last: {${sleep}, depends_on: {sick: {condition: service_healthy}}}`);
      const sentence = 'dependency failed to start: container PROJECT-sick-1 is unhealthy';
      expect(await bothFail(p, ['up', '-d'], sentence)).toEqual(['last-1 created', 'sick-1 running']);
    });

    it('do not start when a required one has no health check to wait for', async () => {
      const p = await project(`
  silent: {${sleep}, healthcheck: {test: [NONE]}}
  last: {${sleep}, depends_on: {silent: {condition: service_healthy}}}`);
      await bothFail(p, ['up', '-d'], 'container PROJECT-silent-1 has no healthcheck configured');
    });

    it('do not start when a required one ends instead of getting healthy', async () => {
      const p = await project(`
  gone: {${s}, command: sh -c "exit 3", healthcheck: {test: sleep 100}}
  last: {${sleep}, depends_on: {gone: {condition: service_healthy}}}`);
      await bothFail(p, ['up', '-d'], 'dependency failed to start: container PROJECT-gone-1 exited (3)');
    });

    it('do not start when a required one-shot fails', async () => {
      const p = await project(`
  migrate: {${s}, command: sh -c "exit 7"}
  last: {${sleep}, depends_on: {migrate: {condition: service_completed_successfully}}}`);
      const sentence = `service "migrate" didn't complete successfully: exit 7`;
      expect(await bothFail(p, ['up', '-d'], sentence)).toEqual(['last-1 created', 'migrate-1 exited']);
    });

    it('start all the same when an optional one fails, or is in no active profile', async () => {
      const p = await project(`
  migrate: {${s}, command: sh -c "exit 7"}
  sick: {${sleep}, healthcheck: {test: "false", interval: 100ms, retries: 1}}
  off: {${sleep}, profiles: [extra]}
  last: {${sleep}, depends_on: {migrate: {condition: service_completed_successfully, required: false}, sick: {condition: service_healthy, required: false}, off: {condition: service_started, required: false}}}`);
      await succeed(p.flotilla(['up', '-d']));
      expect(await states(p)).toEqual(['last-1 running', 'migrate-1 exited', 'sick-1 running']);
    });

    it('are restarted when the one that they depend on is replaced, if they ask for that', async () => {
      const file = (version: number) => `services:
  db: {${sleep}, environment: {V: ${version}}}
  follows: {${sleep}, depends_on: {db: {condition: service_started, restart: true}}}
  stays: {${sleep}, depends_on: [db]}`;
      const p = await engine.project({ 'compose.yaml': file(1) });
      await succeed(p.flotilla(['up', '-d']));
      const look = async (service: string) => engine.docker.inspect(`${p.name}-${service}-1`);
      const before = await Promise.all(['db', 'follows', 'stays'].map(look));
      p.write('compose.yaml', file(2));
      await succeed(p.flotilla(['up', '-d']));
      const after = await Promise.all(['db', 'follows', 'stays'].map(look));
      expect(after.map((it, index) => it?.id === before[index]?.id)).toEqual([false, true, true]);
      expect(after.map((it, index) => it?.startedAt === before[index]?.startedAt)).toEqual([
        false,
        false,
        true,
      ]);
    });
  });

  describe('by name', () => {
    it('start with what they depend on, and nothing else', async () => {
      const p = await project(`
  db: {${sleep}}
  api: {${sleep}, depends_on: [db]}
  api-2: {${sleep}}
  web: {${sleep}}`);
      await succeed(p.flotilla(['up', '-d', 'api']));
      expect(await states(p)).toEqual(['api-1 running', 'db-1 running']);
      await succeed(p.flotilla(['up', '-d', 'api*']));
      expect(await states(p)).toEqual(['api-1 running', 'api-2-1 running', 'db-1 running']);
      await succeed(p.flotilla(['down']));
      await succeed(p.flotilla(['up', '-d', '--no-deps', 'api']));
      expect(await states(p)).toEqual(['api-1 running']);
    });

    it('are refused when the file does not have them', async () => {
      await bothFail(await project(`  web: {${sleep}}`), ['up', '-d', 'wbe'], 'no such service: wbe');
    });

    it('start whatever their profile; without a name only those of active profiles do', async () => {
      const p = await project(`
  always: {${sleep}}
  debug: {${sleep}, profiles: [debug]}
  test: {${sleep}, profiles: [test]}`);
      await succeed(p.flotilla(['up', '-d']));
      expect(await states(p)).toEqual(['always-1 running']);
      await succeed(p.flotilla(['--profile', 'debug', 'up', '-d']));
      expect(await states(p)).toEqual(['always-1 running', 'debug-1 running']);
      await succeed(p.flotilla(['up', '-d', 'test']));
      expect(await states(p)).toEqual(['always-1 running', 'debug-1 running', 'test-1 running']);
      await succeed(p.flotilla(['--profile', '*', 'down']));
      expect(await p.leftovers()).toEqual([]);
    });
  });

  describe('waited for with --wait', () => {
    it('are ready, also when one has done its work and others wait for that', async () => {
      const p = await project(`
  job: {${s}, command: "true"}
  web: {${sleep}, depends_on: {job: {condition: service_completed_successfully}}, healthcheck: {test: "true", interval: 100ms}}`);
      await succeed(p.flotilla(['up', '--wait']));
      expect((await engine.docker.inspect(`${p.name}-web-1`))?.health).toBe('healthy');
    });

    it('fail the command when one does not get healthy', async () => {
      const p = await project(`  web: {${sleep}, healthcheck: {test: "false", interval: 100ms, retries: 1}}`);
      await bothFail(p, ['up', '--wait'], 'container PROJECT-web-1 is unhealthy');
    });

    it('fail the command when one ends instead of getting healthy', async () => {
      const p = await project(
        `  web: {${s}, command: sh -c "sleep 0.2; exit 4", healthcheck: {test: sleep 100}}`,
      );
      await bothFail(p, ['up', '--wait'], 'container PROJECT-web-1 exited (4)');
    });

    it.each(['exit 3', 'sleep 0.2; exit 3'])(
      'fail the command when one without a health check crashes: %s',
      async (script) => {
        const p = await project(`
  web: {${s}, command: sh -c "${script}"}
  other: {${sleep}}`);
        await bothFail(p, ['up', '--wait'], 'container PROJECT-web-1 exited (3)');
      },
    );

    it('are ready only when they stay up, after all the restarts that it takes', async () => {
      const p = await project(`
  web: {${s}, restart: always, command: [sh, -c, 'echo >> /runs; test $$(wc -l < /runs) -lt 4 || exec sleep 1000; exit 3']}`);
      await succeed(p.flotilla(['up', '--wait']));
      const web = await engine.docker.inspect(`${p.name}-web-1`);
      expect(web).toMatchObject({ restartCount: 3 });
      expect(await states(p)).toEqual(['web-1 running']);
    });

    it('fail the command when they do not stay up in the time that they have', async () => {
      const p = await project(`  web: {${s}, restart: always, command: sh -c "exit 3"}`);
      const own = await p.flotilla(['up', '--wait', '--wait-timeout', '2']);
      expect(own.stderr).toContain(`application not healthy after 2s: ${p.name}-web-1 is still restarting`);
      expect(own.exitCode).toBe(1);
    });

    it('fail the command when the time is over', async () => {
      const p = await project(`  web: {${sleep}, healthcheck: {test: "false", interval: 1m}}`);
      // docker compose is not asked: when its time runs out in the middle of a look at the engine, it exits with 0.
      const own = await p.flotilla(['up', '--wait', '--wait-timeout', '1']);
      expect(own.stderr).toContain('application not healthy after 1s');
      expect(own.exitCode).toBe(1);
    });
  });

  describe('in the network', () => {
    it('answer on every way of publishing a port', async () => {
      const p = await project(`
  web:
    ${s.replaceAll(', ', '\n    ')}
    command: sh -c "mkdir /w; echo hello > /w/index.html; for port in 81 82 83; do httpd -p $$port -h /w; done; exec httpd -f -p 80 -h /w"
    healthcheck: {test: 'wget -q -O- http://127.0.0.1', interval: 100ms}
    ports: ['80', '18181-18183:81-83', {target: 80, published: '18180', host_ip: 0.0.0.0}]`);
      await succeed(p.flotilla(['up', '--wait']));
      expect(await text(`${await p.url('web', 80)}/`)).toBe('hello\n');
      for (const port of [18180, 18181, 18182, 18183]) {
        expect(await text(`http://${engine.address}:${port}/`)).toBe('hello\n');
      }
    });

    it('publish udp beside tcp, on the address that is asked for', async () => {
      const p = await project(`  dns: {${sleep}, ports: ['127.0.0.1:18153:53/udp', '127.0.0.1:18153:53']}`);
      await succeed(p.flotilla(['up', '-d']));
      const [container] = await p.containers();
      expect(container?.ports).toEqual([
        { address: '127.0.0.1', published: 18153, target: 53, protocol: 'tcp' },
        { address: '127.0.0.1', published: 18153, target: 53, protocol: 'udp' },
      ]);
    });

    it('find each other by service, container, alias and link, in the networks that they share', async () => {
      const p = await project(
        `
  web: {${sleep}, networks: {front: {aliases: [www, site]}, back: null}, container_name: "web-\${COMPOSE_PROJECT_NAME}"}
  near: {${sleep}, networks: [front], links: ['web:linked']}
  far: {${sleep}, networks: [other], dns_opt: ['timeout:1', 'attempts:1']}`,
        'networks: {front: null, back: {internal: true}, other: {internal: true}}',
      );
      await succeed(p.flotilla(['up', '-d']));
      const ping = async (from: string, name: string) =>
        (await p.flotilla(['exec', '-T', from, 'ping', '-c', '1', '-W', '5', name])).exitCode;
      for (const name of ['web', 'www', 'site', `web-${p.name}`, 'linked']) {
        expect([name, await ping('near', name)]).toEqual([name, 0]);
      }
      expect(await ping('far', 'web')).toBe(1);
    });
  });

  describe('with storage', () => {
    it('get volumes, folders, memory and files as the file says', async () => {
      const p = await engine.project({
        'folder/hello': 'from the host\n',
        'compose.yaml': `
services:
  box:
    image: ${images.busybox}
    init: true
    command: sleep 1000
    volumes: ['data:/data', './folder:/folder:ro', './made-for-me:/made', {type: tmpfs, target: /memory, tmpfs: {size: 1m}}]
    tmpfs: /cache
    configs: [{source: text, target: /etc/text}, file]
    secrets: [word]
    environment: {A: b}
volumes: {data: null}
configs: {text: {content: "a text\\n"}, file: {file: ./folder/hello}}
secrets: {word: {environment: WORD}}
`,
      });
      await succeed(p.flotilla(['up', '-d'], { env: { WORD: 'hush' } }));
      const sh = (script: string) =>
        p.flotilla(['exec', '-T', 'box', 'sh', '-c', script], { env: { WORD: 'hush' } });
      expect((await succeed(sh('cat /folder/hello /etc/text /file /run/secrets/word'))).stdout).toBe(
        'from the host\na text\nfrom the host\nhush',
      );
      await succeed(sh('touch /data/x /made/x /memory/x /cache/x'));
      expect((await sh('touch /folder/x')).exitCode).toBe(1);
      expect((await succeed(sh('grep -c "^tmpfs /\\(memory\\|cache\\) " /proc/mounts'))).stdout).toBe('2\n');
    });

    it('are refused a folder that must exist and does not', async () => {
      const p = await project(
        `  box: {${sleep}, volumes: [{type: bind, source: ./missing, target: /x, bind: {create_host_path: false}}]}`,
      );
      const result = await p.flotilla(['up', '-d']);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toContain('bind source path does not exist');
    });

    it('are told where a folder cannot be made, and why', async () => {
      const p = await project(`  box: {${sleep}, volumes: ['./compose.yaml/sub:/x']}`);
      const result = await p.flotilla(['up', '-d']);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toMatch(
        /^compose\.yaml:\d+:\d+: error: cannot .*\/compose\.yaml\/sub.* \[run\.mount\]$/m,
      );
      if (engine.runtime === 'docker') return;
      expect(result.stderr).toContain(
        `cannot create the folder "${p.folder}/compose.yaml/sub" on the engine's machine, which is to be mounted into container ${p.name}-box-1: not a directory`,
      );
      expect(await p.leftovers()).toEqual([`network ${p.name}_default`]);
    });
  });

  it('restart as their policy says', async () => {
    const p = await project(`
  always: {${s}, restart: always, command: sh -c "echo again; sleep 0.2; exit 1"}
  twice: {${s}, restart: 'on-failure:2', command: sh -c "exit 1"}
  never: {${s}, restart: 'no', command: sh -c "exit 1"}`);
    await succeed(p.flotilla(['up', '-d']));
    const restarts = async (service: string) =>
      (await engine.docker.inspect(`${p.name}-${service}-1`))?.restartCount;
    await expect.poll(() => restarts('always'), { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => restarts('twice'), { timeout: 10_000 }).toBe(2);
    expect(await restarts('never')).toBe(0);
  });

  it('have no health when their check is disabled', async () => {
    const p = await project(`
  none: {${sleep}, healthcheck: {test: [NONE]}}
  disabled: {${sleep}, healthcheck: {disable: true}}`);
    await succeed(p.flotilla(['up', '--wait']));
    expect((await engine.docker.inspect(`${p.name}-none-1`))?.health).toBeUndefined();
    expect((await engine.docker.inspect(`${p.name}-disabled-1`))?.health).toBeUndefined();
  });

  it('keep standard output and standard error apart in the foreground, as logs does not', async () => {
    const p = await project(`  talk: {${s}, command: sh -c "echo out; echo err >&2"}`);
    const up = await succeed(p.flotilla(['up', '--no-color']));
    expect(up.stdout).toContain('talk-1  | out\n');
    expect(up.stderr).toContain('talk-1  | err\n');
    expect(up.stdout).not.toContain('| err');
    const logs = await succeed(p.flotilla(['logs', '--no-color']));
    expect(logs.stdout.split('\n').sort()).toEqual(['', 'talk-1  | err', 'talk-1  | out']);
  });

  it('fail like docker compose when the engine refuses a container', async () => {
    const noCommand = await project(`  web: {image: ${images.busybox}, command: [/no/such/program]}`);
    await bothFail(noCommand, ['up', '-d'], '/no/such/program');
    const holder = await project(`  one: {${sleep}, ports: ['18190:80']}`);
    await succeed(holder.flotilla(['up', '-d']));
    const taken = await project(`  two: {${sleep}, ports: ['18190:80']}`);
    await bothFail(taken, ['up', '-d'], 'port is already allocated');
    const noNetwork = await project(
      `  web: {${sleep}, networks: [x]}`,
      'networks: {x: {external: true, name: nowhere}}',
    );
    await bothFail(noNetwork, ['up', '-d'], 'network nowhere declared as external, but could not be found');
    const noVolume = await project(
      `  web: {${sleep}, volumes: ['data:/data']}`,
      'volumes: {data: {external: true, name: nowhere}}',
    );
    await bothFail(noVolume, ['up', '-d'], 'external volume "nowhere" not found');
    const oneName = await project(`  one: {${sleep}, container_name: "x-\${COMPOSE_PROJECT_NAME}"}
  two: {${sleep}, container_name: "x-\${COMPOSE_PROJECT_NAME}"}`);
    await bothFail(oneName, ['up', '-d'], 'container name "x-PROJECT" is already in use by service');
    const noSecret = await project(
      `  web: {${sleep}, secrets: [word]}`,
      'secrets: {word: {environment: NOWHERE_SET}}',
    );
    await bothFail(noSecret, ['up', '-d'], 'environment variable "NOWHERE_SET" required by secret "');
    const noImage = await project(`  web: {image: 'nowhere.invalid/none:1', pull_policy: never}`);
    await bothFail(noImage, ['up', '-d'], 'nowhere.invalid/none:1');
  });
});

/** The answer over a connection that is closed afterwards. */
function text(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve(body)).on('error', reject);
    });
    call.on('error', reject).end();
  });
}
