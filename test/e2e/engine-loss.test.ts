import { chmodSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.ts';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { engineProxy } from '../support/engine-proxy.ts';

const engine = useEngine();

const polite = `sh -c "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"`;
const files = {
  'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    command: ${polite}
    depends_on: { db: { condition: service_healthy } }
  db:
    image: ${images.busybox}
    command: ${polite}
    healthcheck: { test: test -e /tmp/good, interval: 100ms, retries: 100000 }
`,
};
const one = {
  'compose.yaml': `
services:
  web:
    image: ${images.busybox}
    command: ${polite}
`,
};

/** The end of standard error, without the progress before it. */
function errors({ exitCode, stderr }: CommandResult, host: string): string {
  const told = stderr.split('\n').filter((line) => /^(error|hint|warning):/.test(line));
  return `exit ${exitCode}\n${told.join('\n')}`
    .replaceAll(host, '<engine>')
    .replaceAll(host.replace('unix://', ''), '<socket>')
    .replace(/while trying to .*?: /, 'while trying to …: ');
}

onlyOnDocker('the way to its API; native/losses.test.ts has what the native engine can lose', () => {
  describe('an engine that goes away', () => {
    it('in the middle of up -d: the next up goes on', async () => {
      await using proxy = await engineProxy(engine.host);
      const project = await engine.project(files);
      const up = project.startFlotilla(['up', '-d'], { env: { DOCKER_HOST: proxy.host } });
      await up.output(/db-1 {2}Waiting/);
      await proxy.die();
      expect(errors(await up.done, proxy.host).replaceAll(project.name, '<project>')).toMatchInlineSnapshot(`
      "exit 1
      error: lost the engine at <engine> while trying to …: connect ENOENT <socket> [engine.lost]
      hint: See whether it still runs, and run the command again: it goes on from what is there."
    `);
      expect(await project.flotilla(['exec', '-T', 'db', 'touch', '/tmp/good'])).toMatchObject({
        exitCode: 0,
      });
      expect(await project.flotilla(['up', '-d', '--wait'])).toMatchObject({ exitCode: 0 });
      expect((await project.containers()).map(({ service, state }) => `${service} ${state}`)).toEqual([
        'db running',
        'web running',
      ]);
    });

    it.each([
      ['up in the foreground', ['up'], /web-1 +\| ready/],
      ['logs -f', ['logs', '-f'], /web-1 +\| ready/],
      ['exec', ['exec', '-T', 'web', 'sh', '-c', 'echo inside; sleep 60'], /inside/],
    ])('in the middle of %s', async (_, args, sign) => {
      await using proxy = await engineProxy(engine.host);
      const project = await engine.project(one);
      if (args[0] !== 'up') expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
      const running = project.startFlotilla(args, { env: { DOCKER_HOST: proxy.host } });
      await running.output(sign);
      await proxy.die();
      const { exitCode, stderr } = await running.done;
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: .*\[engine\.(lost|refused|not-found)\]\nhint: .*\n$/m);
      expect(stderr).not.toContain('bug');
      expect(await project.flotilla(['down', '-t', '0'])).toMatchObject({ exitCode: 0 });
      expect(await project.leftovers()).toEqual([]);
    });

    it('in the middle of down: the next down goes on', async () => {
      await using proxy = await engineProxy(engine.host);
      const project = await engine.project(one);
      expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
      const down = project.startFlotilla(['down'], { env: { DOCKER_HOST: proxy.host } });
      await proxy.request(/\/stop/);
      await proxy.die();
      const result = await down.done;
      expect(result.exitCode).toBe(1);
      expect(result.stderr).not.toContain('bug');
      expect(await project.flotilla(['down', '-t', '0'])).toMatchObject({ exitCode: 0 });
      expect(await project.leftovers()).toEqual([]);
    });
  });

  describe('a full disk of the engine', () => {
    it.each([
      ['a container', /POST \S*\/containers\/create/],
      ['a network', /POST \S*\/networks\/create/],
    ])('that keeps %s from being made is told, and the next up goes on', async (_, pattern) => {
      await using proxy = await engineProxy(engine.host);
      const project = await engine.project(one);
      proxy.answer(pattern, 500, '{"message":"mkdir /var/lib/docker/x: no space left on device"}');
      const result = await project.flotilla(['up', '-d'], { env: { DOCKER_HOST: proxy.host } });
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toMatch(
        /^error: cannot create \w+ "t\w+[-_]\S+": mkdir \/var\/lib\/docker\/x: no space left on device \[engine\.disk-full\]\nhint: Free space on the engine's disk: `flotilla system df` shows what takes it\.$/m,
      );
      expect(await project.flotilla(['up', '-d'])).toMatchObject({ exitCode: 0 });
      expect(await project.flotilla(['down', '-t', '0'])).toMatchObject({ exitCode: 0 });
      expect(await project.leftovers()).toEqual([]);
    });
  });

  describe('an engine that cannot be reached', () => {
    const ask = async (host: string, args: readonly string[] = ['ps']) => {
      const project = await engine.project(one, { images: [] });
      const result = await project.flotilla(args, { env: { DOCKER_HOST: host } });
      return `exit ${result.exitCode}\n${result.stderr.replaceAll(project.folder, '<folder>')}`;
    };

    it('has no socket', async () => {
      expect(await ask('unix:///nowhere/docker.sock')).toMatchInlineSnapshot(`
      "exit 1
      error: there is no container engine at unix:///nowhere/docker.sock (DOCKER_HOST) [engine.not-found]
      hint: Start it (\`sudo systemctl start docker\`), install one (\`sudo apt-get install docker.io\`), or set DOCKER_HOST.
      "
    `);
    });

    it('refuses connections', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      expect((await ask(`tcp://127.0.0.1:${port}`)).replaceAll(`${port}`, '<port>')).toMatchInlineSnapshot(`
      "exit 1
      error: nothing listens at tcp://127.0.0.1:<port> (DOCKER_HOST) [engine.refused]
      hint: Check the address and that the engine listens on TCP.
      "
    `);
    });

    it.each([
      [
        'is a web server',
        (path: string) => ({ status: 404, type: 'text/html', body: `<h1>No ${path}</h1>`, api: undefined }),
      ],
      ['is too old', () => ({ status: 200, type: 'application/json', body: 'OK', api: '1.30' })],
    ])('%s', async (title, answer) => {
      const server = createHttpServer((request, response) => {
        const { status, type, body, api } = answer(request.url ?? '');
        response.writeHead(status, {
          'Content-Type': type,
          ...(api === undefined ? {} : { 'Api-Version': api }),
        });
        response.end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const told = (await ask(`tcp://127.0.0.1:${port}`)).replaceAll(`${port}`, '<port>');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      expect(told).toBe(unreachable[title]);
    });

    it('lets only others in', async () => {
      await using proxy = await engineProxy(engine.host);
      const path = proxy.host.slice('unix://'.length);
      chmodSync(path.replace(/\/[^/]+$/, ''), 0o755);
      chmodSync(path, 0o600);
      const project = await engine.project(one, { images: [] });
      const result = await project.flotillaAs('nobody', ['ps'], { env: { DOCKER_HOST: proxy.host } });
      expect(errors(result, proxy.host).replaceAll(path, '<socket>')).toMatchInlineSnapshot(`
      "exit 1
      error: no permission to use the engine at <engine> (DOCKER_HOST) [engine.permission]
      hint: Join the group that owns the socket (\`sudo usermod -aG docker "$USER"\`, then log in again), use sudo, or run a rootless engine."
    `);
    });
  });
});

const unreachable: Readonly<Record<string, string>> = {
  'is a web server': `exit 1
error: what answers at tcp://127.0.0.1:<port> is not a container engine: it replied to /_ping with HTTP status 404 and no API version [engine.not-an-engine]
hint: Check the address; the engine must speak the Docker Engine API there.
`,
  'is too old': `exit 1
error: the engine at tcp://127.0.0.1:<port> speaks API 1.30; Flotilla needs 1.41 or newer [engine.too-old]
hint: Update it to Docker Engine 20.10 or newer.
`,
};
