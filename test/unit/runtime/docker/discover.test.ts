import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../../src/runtime/docker/address.ts';
import { type DiscoverOptions, discoverEngine } from '../../../../src/runtime/docker/discover.ts';
import { failure } from './support.ts';

const sha = (name: string) => createHash('sha256').update(name).digest('hex');
const contextFile = (name: string) => `/home/me/.docker/contexts/meta/${sha(name)}/meta.json`;
const lab = {
  [contextFile('lab')]: JSON.stringify({ Name: 'lab', Endpoints: { docker: { Host: 'ssh://root@lab' } } }),
};

function options(
  changes: Partial<DiscoverOptions>,
  files: Readonly<Record<string, string>> = {},
): DiscoverOptions {
  return {
    environment: {},
    home: '/home/me',
    files: {
      readText: async (path) => {
        const text = files[path];
        if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
        return text;
      },
    },
    ...changes,
  };
}

async function found(
  changes: Partial<DiscoverOptions>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { addresses, origin } = await discoverEngine(options(changes, files));
  return `${origin}: ${addresses.map(formatAddress).join(' ')}`;
}

describe('finding the engine', () => {
  it('looks at the default sockets, then at the rootless and the Podman ones', async () => {
    expect(await found({})).toBe(
      'default: unix:///var/run/docker.sock unix:///home/me/.docker/run/docker.sock unix:///run/podman/podman.sock',
    );
    expect(await found({ environment: { XDG_RUNTIME_DIR: '/run/user/7' } })).toBe(
      'default: unix:///var/run/docker.sock unix:///run/user/7/docker.sock unix:///home/me/.docker/run/docker.sock unix:///run/user/7/podman/podman.sock unix:///run/podman/podman.sock',
    );
  });

  it('prefers -H, then --context, DOCKER_HOST, DOCKER_CONTEXT and the current context', async () => {
    const everything = {
      ...lab,
      [contextFile('cfg')]: JSON.stringify({ Endpoints: { docker: { Host: 'tcp://cfg:1' } } }),
      '/home/me/.docker/config.json': '{"currentContext":"cfg"}',
    };
    const environment = { DOCKER_HOST: 'tcp://env', DOCKER_CONTEXT: 'lab' };
    expect(await found({ host: 'tcp://flag:1', environment }, everything)).toBe('-H: tcp://flag:1');
    expect(await found({ context: 'lab', environment }, everything)).toBe('context "lab": ssh://root@lab');
    expect(await found({ environment }, everything)).toBe('DOCKER_HOST: tcp://env:2375');
    expect(await found({ environment: { DOCKER_CONTEXT: 'lab' } }, everything)).toBe(
      'context "lab": ssh://root@lab',
    );
    expect(await found({}, everything)).toBe('context "cfg": tcp://cfg:1');
    expect(await found({ context: 'default', environment: {} }, everything)).toContain('default: unix://');
    expect(await found({ context: 'default', environment }, everything)).toBe('DOCKER_HOST: tcp://env:2375');
  });

  it.each([
    ['unix:///run/x.sock', 'unix:///run/x.sock'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['/run/x.sock', 'unix:///run/x.sock'],
    ['tcp://box', 'tcp://box:2375'],
    ['box:99', 'tcp://box:99'],
    ['tcp://[::1]:99', 'tcp://[::1]:99'],
    ['tcp://box:80/engine/', 'tcp://box:80/engine'],
    ['http://box', 'tcp://box:2375'],
    ['https://box', 'tcp://box:2376'],
    ['ssh://me@box:22', 'ssh://me@box:22'],
    ['ssh://box/run/podman.sock', 'ssh://box/run/podman.sock'],
  ])('reads the address %s', async (text, address) => {
    expect(await found({ host: text })).toBe(`-H: ${address}`);
  });

  it('refuses what it cannot reach, and what is no address', async () => {
    const texts = [
      'npipe:////./pipe/docker_engine',
      'fd://3',
      'gopher://x',
      'tcp://a b',
      'ssh://me:secret@box',
      'ssh://-oProxyCommand=evil',
    ];
    const refusals = await Promise.all(texts.map((host) => failure(discoverEngine(options({ host })))));
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "engine.capability: Flotilla cannot reach the engine at "npipe:////./pipe/docker_engine" (-H): npipe:// is not supported
        Use a unix://, tcp:// or ssh:// address; on Windows run Flotilla inside WSL.
      engine.capability: Flotilla cannot reach the engine at "fd://3" (-H): fd:// is not supported
        Use a unix://, tcp:// or ssh:// address; on Windows run Flotilla inside WSL.
      engine.not-found: "gopher://x" (-H) is not an engine address
        Addresses look like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.
      engine.not-found: "tcp://a b" (-H) is not an engine address
        Addresses look like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.
      engine.ssh: the ssh address (-H) carries a password
        Use a key with ssh-agent, and write the address as ssh://user@host.
      engine.not-found: "ssh://-oProxyCommand=evil" (-H) is not an engine address
        Addresses look like unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host."
    `);
  });

  it("takes the TLS material from DOCKER_CERT_PATH, or from docker's folder", async () => {
    const files = {
      '/c/ca.pem': 'CA',
      '/c/cert.pem': 'CERT',
      '/c/key.pem': 'KEY',
      '/home/me/.docker/ca.pem': 'CA2',
    };
    const tls = async (environment: Record<string, string>) => {
      const { addresses } = await discoverEngine(
        options({ environment: { DOCKER_HOST: 'tcp://b', ...environment } }, files),
      );
      return addresses[0];
    };
    expect(await tls({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' })).toEqual({
      kind: 'tcp',
      host: 'b',
      port: 2376,
      basePath: '',
      tls: { verify: true, ca: 'CA', cert: 'CERT', key: 'KEY' },
    });
    expect(await tls({ DOCKER_TLS_VERIFY: '1' })).toMatchObject({ tls: { verify: true, ca: 'CA2' } });
    expect(await tls({ DOCKER_TLS: '1', DOCKER_CERT_PATH: '/none' })).toMatchObject({
      tls: { verify: false },
    });
    expect(await failure(tls({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/none' }))).toMatchInlineSnapshot(`
      "engine.tls: cannot read /none/ca.pem: ENOENT: /none/ca.pem
        DOCKER_CERT_PATH must name the folder that holds ca.pem, cert.pem and key.pem."
    `);
  });

  it('takes the TLS material of a context', async () => {
    const folder = `/home/me/.docker/contexts/tls/${sha('far')}/docker`;
    const files = {
      [contextFile('far')]: JSON.stringify({
        Endpoints: { docker: { Host: 'tcp://far:2376', SkipTLSVerify: false } },
      }),
      [`${folder}/ca.pem`]: 'CA',
    };
    const { addresses } = await discoverEngine(options({ context: 'far' }, files));
    expect(addresses).toEqual([
      { kind: 'tcp', host: 'far', port: 2376, basePath: '', tls: { verify: true, ca: 'CA' } },
    ]);
  });

  it('names what is wrong with a context or the configuration', async () => {
    expect(await failure(discoverEngine(options({ context: 'nope' })))).toMatchInlineSnapshot(`
      "engine.context: there is no docker context named "nope"
        It would be at /home/me/.docker/contexts/meta/ca3704aa0b06f5954c79ee837faa152d84d6b2d42838f0637a15eda8337dbdce/meta.json; \`docker context ls\` lists those that exist."
    `);
    expect(await failure(discoverEngine(options({ context: 'a', host: 'b' })))).toMatchInlineSnapshot(`
      "engine.context: both a host (-H) and a context (--context) are given
        Give one of them."
    `);
    const broken = { '/home/me/.docker/config.json': '{' };
    expect(await failure(discoverEngine(options({}, broken)))).toMatchInlineSnapshot(`
      "engine.context: /home/me/.docker/config.json is not valid JSON: Expected property name or '}' in JSON at position 1
        Repair the file, or point DOCKER_CONFIG elsewhere."
    `);
  });

  it('sends the headers that docker is configured to send', async () => {
    const files = { '/cfg/config.json': '{"HttpHeaders":{"X-Team":"blue"}}' };
    const { headers } = await discoverEngine(options({ environment: { DOCKER_CONFIG: '/cfg' } }, files));
    expect(headers).toEqual({ 'X-Team': 'blue' });
  });
});
