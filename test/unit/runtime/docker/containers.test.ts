import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { containerId } from '../../../../src/core/ids.ts';
import { failure, scriptedEngine } from './support.ts';

const id = containerId('web');
const no = (status: number, message: string) => ({ status, json: { message } });

describe('the life of a container', () => {
  it('resumes a paused container when it is started', async () => {
    await using engine = await scriptedEngine({
      'POST /containers/web/start': no(409, 'cannot start a paused container, try unpause instead'),
      'POST /containers/web/unpause': { status: 204 },
    });
    await (await engine.connect()).startContainer(id);
    expect(engine.asked.map(({ call }) => call)).toEqual([
      'POST /containers/web/start',
      'POST /containers/web/unpause',
    ]);
  });

  it('leaves the grace period to the container unless one is given', async () => {
    await using engine = await scriptedEngine({ 'POST /containers/web/stop': { status: 304 } });
    const driver = await engine.connect();
    await driver.stopContainer(id, {});
    await driver.stopContainer(id, { timeoutSeconds: 0 });
    expect(engine.asked.map(({ call }) => call)).toEqual([
      'POST /containers/web/stop',
      'POST /containers/web/stop?t=0',
    ]);
  });

  it('waits for a removal that somebody else began', async () => {
    await using engine = await scriptedEngine({
      'DELETE /containers/web': no(409, 'removal of container web is already in progress'),
      'POST /containers/web/wait': { json: { StatusCode: 0 } },
    });
    await (await engine.connect()).removeContainer(id, { force: true, volumes: false });
    expect(engine.asked.at(-1)?.call).toBe('POST /containers/web/wait?condition=removed');
  });

  it('takes inherited anonymous volumes along, but none that somebody named or that is borrowed', async () => {
    const anonymous = 'a'.repeat(64);
    const named = 'b'.repeat(64);
    const borrowed = 'c'.repeat(64);
    const volume = (Name: string) => ({ Type: 'volume', Name });
    await using engine = await scriptedEngine({
      'GET /containers/web/json': {
        json: {
          Id: 'web',
          Mounts: [volume(anonymous), volume(named), volume(borrowed), volume('data')],
          HostConfig: {
            Binds: [`${anonymous}:/cache`, 'data:/data:ro', '/srv:/srv'],
            Mounts: [{ Type: 'volume', Source: named, Target: '/named' }],
          },
        },
      },
      'DELETE /containers/web': { status: 204 },
      [`GET /volumes/${anonymous}`]: {
        json: { Name: anonymous, Labels: { 'com.docker.volume.anonymous': '' } },
      },
      [`GET /volumes/${named}`]: { json: { Name: named, Labels: {} } },
      [`DELETE /volumes/${anonymous}`]: no(409, 'volume is in use'),
    });
    await (await engine.connect()).removeContainer(id, { force: false, volumes: true });
    const deleted = engine.asked.map(({ call }) => call).filter((call) => call.startsWith('DELETE'));
    expect(deleted).toEqual(['DELETE /containers/web?force=0&v=1', `DELETE /volumes/${anonymous}`]);
  });

  it('takes a rename to the name it has as done', async () => {
    await using engine = await scriptedEngine({
      'POST /containers/web/rename': no(409, 'Renaming a container with the same name as its current name'),
      'GET /containers/web/json': { json: { Id: 'web', Name: '/new' } },
    });
    const driver = await engine.connect();
    await driver.renameContainer(id, 'new');
    expect(await failure(driver.renameContainer(id, 'other'))).toContain('engine.conflict: cannot rename');
  });

  it('reads what an inspection tells', async () => {
    const state = {
      Status: 'exited',
      ExitCode: 137,
      OOMKilled: true,
      Error: '',
      StartedAt: '2026-01-31T12:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      Health: { Status: 'unhealthy', Log: [{ ExitCode: 1, Output: 'refused' }] },
    };
    await using engine = await scriptedEngine({
      'GET /containers/web/json': {
        json: { Id: 'web', Name: '/shop-web-1', RestartCount: 2, State: state, Config: { Tty: true } },
      },
    });
    const driver = await engine.connect();
    expect(await driver.inspectContainer(id)).toMatchInlineSnapshot(`
      {
        "error": "",
        "exitCode": 137,
        "health": "unhealthy",
        "id": "web",
        "labels": {},
        "name": "shop-web-1",
        "oomKilled": true,
        "probes": [
          {
            "exitCode": 1,
            "output": "refused",
          },
        ],
        "restartCount": 2,
        "startedAt": "2026-01-31T12:00:00Z",
        "state": "exited",
        "stdinOpen": false,
        "tty": true,
      }
    `);
    expect(await driver.inspectContainer(containerId('other'))).toBeUndefined();
  });

  it('keeps one connection for calls that follow each other, and lets it go when it is closed', async () => {
    await using engine = await scriptedEngine({ 'POST /containers/web/kill': { status: 204 } });
    const driver = await engine.connect();
    const stop = new AbortController();
    for (let call = 0; call < 20; call += 1) await driver.killContainer(id, 'SIGTERM', stop.signal);
    expect(await engine.connections()).toBe(1);
    await driver.close();
    await engine.idle();
  });

  it('listens once to a signal that many calls share, and not at all afterwards', async () => {
    const held: (() => void)[] = [];
    await using engine = await scriptedEngine({
      'POST /containers/web/kill': (response) => void held.push(() => response.writeHead(204).end()),
    });
    const driver = await engine.connect();
    const { signal } = new AbortController();
    const calls = Array.from({ length: 30 }, () => driver.killContainer(id, 'SIGTERM', signal));
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    while (held.length < calls.length) await new Promise(setImmediate);
    for (const answer of held) answer();
    await Promise.all(calls);
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });

  it('reports an engine that goes away in the middle of a call', async () => {
    await using engine = await scriptedEngine({ 'POST /containers/web/stop': () => engine.crash() });
    const driver = await engine.connect();
    expect(
      (await failure(driver.stopContainer(id, {}))).replace(engine.socket, 'SOCKET'),
    ).toMatchInlineSnapshot(`
      "engine.lost: lost the engine at unix://SOCKET while trying to stop container "web": socket hang up
        See whether it still runs, and run the command again: it goes on from what is there."
    `);
  });
});

describe('files in a container', () => {
  it('travel as a tar archive, with owners, modes and long names', async () => {
    await using engine = await scriptedEngine({ 'PUT /containers/web/archive': {} });
    const long = `/run/${'very-long-name/'.repeat(12)}Schlüssel`;
    await (await engine.connect()).putFiles(id, [
      { path: '/run/secrets/key', content: 'geheim\n', mode: 0o440, uid: 1000, gid: 50 },
      { path: long, content: 'x', mode: 0o400, uid: 3_000_000, gid: 0 },
    ]);
    const sent = engine.asked[0];
    expect(sent?.headers['content-type']).toBe('application/x-tar');
    const listed = spawnSync('tar', ['--numeric-owner', '--utc', '-tvf', '-'], {
      input: Buffer.from(sent?.body ?? '', 'latin1'),
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(listed.stderr.toString()).toBe('');
    expect(listed.stdout.toString().replace(/ +/g, ' ').trimEnd().split('\n')).toEqual([
      '-r--r----- 1000/50 7 2026-01-31 12:00 run/secrets/key',
      `-r-------- 3000000/0 1 2026-01-31 12:00 ${long.slice(1)}`,
    ]);
  });

  it('are copied as an archive comes, and looked at by the headers alone', async () => {
    const stat = Buffer.from(JSON.stringify({ name: 'l', mode: 2 ** 27 + 0o777, linkTarget: '/real' }));
    await using engine = await scriptedEngine({
      'PUT /containers/web/archive': {},
      'HEAD /containers/web/archive': (response) => {
        const headers = { 'X-Docker-Container-Path-Stat': stat.toString('base64'), 'Content-Length': '10' };
        response.writeHead(200, headers).end();
      },
    });
    const driver = await engine.connect();
    async function* archive() {
      yield Buffer.from('first ');
      yield Buffer.alloc(0);
      yield Buffer.from('second');
    }
    await driver.putArchive(id, '/tmp', archive(), { ownedByUser: true });
    expect(await driver.statPath(id, '/l')).toEqual({ kind: 'link', target: '/real' });
    expect(await driver.statPath(containerId('gone'), '/l')).toBeUndefined();
    await driver.putArchive(id, '/', archive(), { ownedByUser: false });
    expect(engine.asked.map(({ call, body }) => `${call} ${body}`.trim())).toEqual([
      'PUT /containers/web/archive?path=/tmp&noOverwriteDirNonDir=1&copyUIDGID=1 first second',
      'HEAD /containers/web/archive?path=/l',
      'HEAD /containers/gone/archive?path=/l',
      'PUT /containers/web/archive?path=/&noOverwriteDirNonDir=1 first second',
    ]);
  });
});
