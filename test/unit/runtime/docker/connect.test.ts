import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createPlainServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/runtime/index.ts';
import { failure, scriptedEngine } from './support.ts';

const nothing = {
  environment: {},
  home: '/nonexistent',
  files: { readText: () => Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' })) },
  now: () => 0,
};

async function listen(server: NetServer) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, host: `tcp://127.0.0.1:${port}`, close: () => server.close() };
}

/** What connecting to a server says, without its port. */
async function answerOf(server: NetServer): Promise<string> {
  const { host, port, close } = await listen(server);
  const said = await failure(connect({ ...nothing, host }));
  close();
  return said.replaceAll(String(port), 'PORT');
}

describe('reaching an engine', () => {
  it('greets it once and settles on the newest version that both speak', async () => {
    const versions: string[] = [];
    for (const apiVersion of ['1.41', '1.47', '1.99']) {
      await using engine = await scriptedEngine(
        { 'GET /version': { json: { Version: '9', Os: 'linux', Arch: 'amd64' } } },
        { apiVersion },
      );
      const driver = await engine.connect();
      versions.push((await driver.version()).apiVersion);
      expect(engine.asked.map(({ call }) => call)).toEqual(['GET /version']);
    }
    expect(versions).toEqual(['1.41', '1.47', '1.51']);
  });

  it('honours DOCKER_API_VERSION', async () => {
    await using engine = await scriptedEngine({});
    const options = { ...nothing, host: `unix://${engine.socket}` };
    const driver = await connect({ ...options, environment: { DOCKER_API_VERSION: '1.43' } });
    expect(driver.capabilities).toMatchObject({ annotations: true, startInterval: false });
    await driver.close();
    const old = connect({ ...options, environment: { DOCKER_API_VERSION: '1.24' } });
    expect(await failure(old)).toMatchInlineSnapshot(`
      "engine.too-old: DOCKER_API_VERSION is "1.24", but Flotilla needs 1.41 or newer
        Unset DOCKER_API_VERSION: the version is negotiated without it."
    `);
  });

  it('says where it looked when there is no socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-none-'));
    const missing = connect({ ...nothing, host: `unix://${folder}/engine.sock` });
    expect((await failure(missing)).replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "engine.not-found: there is no container engine at unix://FOLDER/engine.sock (-H)
        Start it (\`sudo systemctl start docker\`), install one (\`sudo apt-get install docker.io\`), or set DOCKER_HOST."
    `);
    await rm(folder, { recursive: true });
  });

  it('tells a dead socket from a missing one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-dead-'));
    await writeFile(`${folder}/engine.sock`, '');
    const dead = connect({ ...nothing, host: `unix://${folder}/engine.sock` });
    expect((await failure(dead)).replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "engine.refused: there is a socket at unix://FOLDER/engine.sock (-H), but no engine listens on it
        Start the engine: \`sudo systemctl start docker\`."
    `);
    await rm(folder, { recursive: true });
  });

  it('tells when nothing listens', async () => {
    const { host, port, close } = await listen(createServer());
    close();
    expect(
      (await failure(connect({ ...nothing, host }))).replaceAll(String(port), 'PORT'),
    ).toMatchInlineSnapshot(`
      "engine.refused: nothing listens at tcp://127.0.0.1:PORT (-H)
        Check the address and that the engine listens on TCP."
    `);
  });

  it('refuses an engine that is too old', async () => {
    const old = createServer((_request, response) => {
      response.setHeader('Api-Version', '1.39');
      response.end('OK');
    });
    expect(await answerOf(old)).toMatchInlineSnapshot(`
      "engine.too-old: the engine at tcp://127.0.0.1:PORT speaks API 1.39; Flotilla needs 1.41 or newer
        Update it to Docker Engine 20.10 or newer."
    `);
  });

  it('recognises what is not an engine', async () => {
    const web = createServer((_request, response) => void response.end('hello'));
    const ssh = createPlainServer((socket) => void socket.end('SSH-2.0-OpenSSH\r\n'));
    const tls = createServer((_request, response) => {
      response.statusCode = 400;
      response.end('Client sent an HTTP request to an HTTPS server.\n');
    });
    expect(await answerOf(web)).toMatchInlineSnapshot(`
      "engine.not-an-engine: what answers at tcp://127.0.0.1:PORT is not a container engine: it replied to /_ping with HTTP status 200 and no API version
        Check the address; the engine must speak the Docker Engine API there."
    `);
    expect(await answerOf(ssh)).toMatchInlineSnapshot(`
      "engine.not-an-engine: what answers at tcp://127.0.0.1:PORT (-H) is not a container engine: no HTTP reply: it does not begin with HTTP/1
        Check the address; an engine that speaks TLS needs DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH."
    `);
    expect(await answerOf(tls)).toMatchInlineSnapshot(`
      "engine.tls: the engine at tcp://127.0.0.1:PORT speaks TLS only
        Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH."
    `);
  });

  it('stops when aborted, with the reason of the abort', async () => {
    const silent = createServer(() => undefined);
    const { host, close } = await listen(silent);
    const stop = new AbortController();
    silent.once('request', () => stop.abort(new Error('enough')));
    expect(await failure(connect({ ...nothing, host }, stop.signal))).toBe('Error: enough');
    close();
  });

  it('goes through ssh, one process for calls that follow each other', async () => {
    await using engine = await scriptedEngine({ 'GET /version': { json: { Version: '9' } } });
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-ssh-'));
    const script = `#!${process.execPath}
      require('node:fs').appendFileSync('${folder}/calls', process.argv.slice(2).join(' ') + '\\n');
      const socket = require('node:net').connect('${engine.socket}');
      process.stdin.pipe(socket).pipe(process.stdout);
    `;
    await writeFile(`${folder}/ssh`, script, { mode: 0o755 });
    const options = { ...nothing, environment: { PATH: folder }, host: 'ssh://me@box:2222' };
    const driver = await connect(options);
    expect(await driver.version()).toMatchObject({ version: '9' });
    expect(await driver.version()).toMatchObject({ version: '9' });
    await driver.close();
    await engine.idle();
    expect(await readFile(`${folder}/calls`, 'utf8')).toBe(
      '-T -o ConnectTimeout=30 -l me -p 2222 -- box docker system dial-stdio\n',
    );
    await writeFile(`${folder}/ssh`, '#!/bin/sh\necho "Permission denied (publickey)." >&2; exit 255\n');
    expect(await failure(connect(options))).toMatchInlineSnapshot(`
      "engine.ssh: no ssh connection to the engine at ssh://me@box:2222 (-H): Permission denied (publickey).
        Check that plain \`ssh\` to this host works without a password prompt."
    `);
    await rm(`${folder}/ssh`);
    expect(await failure(connect(options))).toMatchInlineSnapshot(`
      "engine.ssh: no ssh connection to the engine at ssh://me@box:2222 (-H): spawn ssh ENOENT
        Install the ssh client (\`sudo apt-get install openssh-client\`)."
    `);
    await rm(folder, { recursive: true });
  });
});
