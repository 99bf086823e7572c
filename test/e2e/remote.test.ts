import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.ts';
import { images, onlyOnDocker, useEngine } from '../support/engine.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import type { TestProject } from '../support/project.ts';
import { ociImage } from '../support/registry.ts';
import { type RegistryServer, registryUser, startRegistryServer } from '../support/registry-server.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const cache = mkdtempSync(join(tmpdir(), 'flotilla-cache-'));
const settings = { env: { XDG_CACHE_HOME: cache } };

afterAll(() => rmSync(cache, { recursive: true, force: true }));

const web = `
services:
  web:
    image: \${IMAGE:-${images.busybox}}
    command: sleep infinity
    init: true
    env_file: app.env
    volumes: [./data:/data]
`;

describe('a project in a git repository', () => {
  let server: GitServer;
  let commit: string;

  beforeAll(async () => {
    server = await startGitServer();
    commit = server.commit('main', {
      'deploy/compose.yaml': web,
      'deploy/app.env': 'A=1',
      'deploy/bad/compose.yaml': 'services: {a: {image: a, env_file: link}}',
      'deploy/bad/link': { link: '/etc/passwd' },
      'linked.yaml': { link: '/etc/passwd' },
      out: { link: '/etc' },
      'over.yaml': 'include: [../../../../../../../../etc/passwd]',
    });
    server.git('tag', '--annotate', '--message=one', 'v1');
  });
  afterAll(() => server?.stop());

  it('runs, and taking turns with docker compose recreates nothing', async () => {
    const project = await engine.project({}, settings);
    const remote = ['-f', `${server.url}#main:deploy`];
    await succeed(project.flotilla([...remote, 'up', '-d', '-y']));
    const [before] = await project.containers();
    expect(before?.labels).toMatchObject({
      'com.docker.compose.project.working_dir': `${cache}/docker-compose/${commit}/deploy`,
      'com.docker.compose.project.config_files': `${cache}/docker-compose/${commit}/deploy/compose.yaml`,
    });
    const other = await engine.project(
      {},
      { env: { ...settings.env, COMPOSE_PROJECT_NAME: `${project.name}-2` } },
    );
    await succeed(
      other[engine.otherTool]([...remote, '-p', project.name, 'up', '-d', '-y', '--no-recreate']),
    );
    const [after] = await project.containers();
    expect(after?.id).toBe(before?.id);
    await succeed(project.flotilla([...remote, 'down', '-t', '0']));
    expect(await project.leftovers()).toEqual([]);
  });

  it('asks before it runs', async () => {
    const project = await engine.project({}, settings);
    const args = ['-f', `${server.url}#${commit}:deploy`, 'up', '-d'];
    const alone = await project.flotilla(args, { env: { IMAGE: images.busybox } });
    expect(alone.exitCode).toBe(1);
    expect(alone.stderr).toBe(
      `Your compose stack "${server.url}#${commit}:deploy" is stored in "${cache}/docker-compose/${commit}/deploy"

Found the following variables in configuration:
IMAGE
error: Do you want to proceed with these variables? [run.question]
hint: Run it in a terminal to answer, or say yes to everything with --yes.
`,
    );
    const refused = project.startOnTerminal(args);
    await refused.output(/proceed with these variables\? \[Y\/n\]/);
    refused.type('n\r');
    expect((await refused.done).exitCode).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('operation cancelled by user');
    expect(await project.containers()).toEqual([]);
    const accepted = project.startOnTerminal(args);
    await accepted.output(/proceed with these variables\? \[Y\/n\]/);
    accepted.type('\r');
    expect((await accepted.done).exitCode).toBe(0);
    expect(await project.containers()).toHaveLength(1);
  });

  onlyOnDocker('what asks no engine', () => {
    it('means the same to docker compose, by branch, tag and commit', async () => {
      const project = await engine.project({}, settings);
      for (const ref of ['main', 'v1', commit]) {
        const args = ['-f', `${server.url}#${ref}:deploy`, 'config'];
        const ours = await output(project.flotilla(args));
        await project.composeToo(args, ({ stdout }) => expect(ours).toBe(stdout));
        expect(ours).toContain(`${cache}/docker-compose/`);
      }
    });

    it('can be included and extended', async () => {
      const project = await engine.project(
        {
          'compose.yaml': `
include: ["${server.url}#main:deploy"]
services:
  own:
    extends: {file: "${server.url}#main:deploy", service: web}
`,
        },
        settings,
      );
      // docker compose lets paths of an extended service start from the root of the repository.
      const failed = await project.flotilla(['config']);
      expect(failed.stderr).toContain(`/${commit}/app.env not found`);
      project.write('compose.yaml', `include: ["${server.url}#main:deploy"]`);
      const args = ['config'];
      const ours = await output(project.flotilla(args));
      await project.composeToo(args, ({ stdout }) => expect(ours).toBe(stdout));
    });

    it.each([
      ['#main:deploy/bad', '/deploy/bad/link" is outside of the remote project'],
      [
        '#main:linked.yaml',
        '"linked.yaml" of "URL#main:linked.yaml" is a link that leads out of the repository',
      ],
      ['#main:out', '"out" of "URL#main:out" is a link that leads out of the repository'],
      [
        '#main:out/passwd',
        '"out/passwd" of "URL#main:out/passwd" is a link that leads out of the repository',
      ],
      ['#main:over.yaml', '/etc/passwd" is outside of the remote project'],
      ['#main:../..', 'git subdirectory path traversal detected: "../.."'],
      ['#--upload-pack=touch$IFS/tmp/evil', 'is no name of a branch, tag or commit'],
      ['#nobody', 'repository does not contain ref "URL#nobody"'],
      [`#${'0'.repeat(40)}`, 'failed to access repository at "URL"'],
      ['#main:nowhere', 'cannot be used: there is no "nowhere" in it'],
      ['?checksum=1234567&ref=main', 'which is not the commit it asks for'],
    ])('is refused as %s', async (suffix, message) => {
      const project = await engine.project({}, settings);
      const { exitCode, stderr } = await project.flotilla(['-f', `${server.url}${suffix}`, 'config']);
      expect(exitCode).toBe(1);
      expect(stderr.replaceAll(server.url, 'URL')).toContain(message);
    });

    it('does not bring its submodules along, and does not run hooks of the machine', async () => {
      const project = await engine.project(
        { 'templates/hooks/post-checkout': '#!/bin/sh\ntouch "$MARK"\n' },
        settings,
      );
      server.git('submodule', 'add', '--quiet', server.url, 'deploy/module');
      const id =
        server.git('commit', '--quiet', '--message=module').trim() || server.git('rev-parse', 'HEAD').trim();
      const mark = join(project.folder, 'mark');
      const env = { MARK: mark, GIT_TEMPLATE_DIR: join(project.folder, 'templates') };
      await succeed(project.flotilla(['-f', `${server.url}#${id}:deploy`, 'config', '-q'], { env }));
      expect(readdirSync(join(cache, 'docker-compose', id, 'deploy/module'))).toEqual([]);
      expect(readdirSync(project.folder)).not.toContain('mark');
    });

    it('is made ready once for many commands at a time, from within another repository too', async () => {
      const project = await engine.project({}, settings);
      const id = server.commit('busy', { 'compose.yaml': 'services: {a: {image: a}}' });
      const env = { GIT_DIR: '/nonexistent', GIT_WORK_TREE: '/nonexistent', GIT_INDEX_FILE: '/nonexistent' };
      const args = ['-f', `${server.url}#busy`, 'config', '--images'];
      const runs = await Promise.all(Array.from({ length: 4 }, () => project.flotilla(args, { env })));
      expect(runs.map(({ stdout }) => stdout)).toEqual(['a\n', 'a\n', 'a\n', 'a\n']);
      const kept = readdirSync(join(cache, 'docker-compose'));
      expect(kept).toContain(id);
      expect(kept.filter((name) => name.startsWith('.'))).toEqual([]);
    });

    it('is found without network by its commit, once it is here', async () => {
      const project = await engine.project({}, settings);
      await server.stop();
      await succeed(project.flotilla(['-f', `${server.url}#${commit}:deploy`, 'config', '-q']));
      const { exitCode, stderr } = await project.flotilla([
        '-f',
        `${server.url}#main:deploy`,
        'config',
        '-q',
      ]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `failed to access repository at "${server.url}": unable to connect to 127.0.0.1`,
      );
      expect(stderr).toContain('found without network by its commit');
    });
  });
});

onlyOnDocker('what asks no engine', () => {
  describe.each([{ login: false }, { login: true }])('a real registry, with login: $login', ({ login }) => {
    let registry: RegistryServer;
    let digest: string;
    const docker = mkdtempSync(join(tmpdir(), 'flotilla-docker-'));
    const knownUser = { env: { ...settings.env, DOCKER_CONFIG: docker } };

    beforeAll(async () => {
      registry = await startRegistryServer({ login });
      const auth = Buffer.from(`${registryUser.name}:${registryUser.password}`).toString('base64');
      mkdirSync(docker, { recursive: true });
      writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
      const config = await registry.push('app', '{}', 'application/vnd.oci.image.config.v1+json');
      digest = await registry.tag('app', '1', { schemaVersion: 2, mediaType: ociImage, config, layers: [] });
      await publish('stack', [
        ['compose.yaml', `services: {web: {image: "${registry.host}/app:1", env_file: a.env}}`],
        ['a.env', 'A=1'],
      ]);
      await publish('evil', [
        ['compose.yaml', 'services: {}'],
        ['../../evil.env', 'A=1'],
      ]);
    });
    afterAll(async () => {
      await registry?.stop();
      rmSync(docker, { recursive: true });
    });

    it('gives a project', async () => {
      const project = await engine.project({}, knownUser);
      const config = await output(project.flotilla(['-f', `oci://${registry.host}/stack:1`, 'config']));
      expect(config).toBe(`name: ${project.name}
services:
  web:
    environment:
      A: "1"
    image: ${registry.host}/app:1
    networks:
      default: null
networks:
  default:
    name: ${project.name}_default
`);
    });

    it('cannot write outside of the folder of a project', async () => {
      const project = await engine.project({}, knownUser);
      const { stderr } = await project.flotilla(['-f', `oci://${registry.host}/evil:1`, 'config']);
      expect(stderr).toContain(
        'to "../../evil.env", which is no file in its folder [compose.outside-project]',
      );
    });

    it('knows the digests of images', async () => {
      const files = {
        'compose.yaml': `services: {web: {image: "${registry.host}/app:1", command: x}, b: {build: .}}`,
      };
      const project = await engine.project(files, knownUser);
      const pinned = `${registry.host}/app:1@${digest}`;
      expect(await output(project.flotilla(['config', '--lock-image-digests']))).toBe(
        `services:\n  b: {}\n  web:\n    image: ${pinned}\n`,
      );
      const whole = await output(project.flotilla(['config', '--resolve-image-digests']));
      expect(whole).toContain(`command:\n      - x\n    image: ${pinned}\n`);
    });

    it.runIf(login)('refuses strangers', async () => {
      const project = await strangers({
        'compose.yaml': `services: {web: {image: "${registry.host}/app:1"}}`,
      });
      const run = await project.flotilla(['config', '--lock-image-digests']);
      expect(run.exitCode).toBe(1);
      expect(run.stderr.replaceAll(registry.host, 'HOST')).toBe(
        `compose.yaml:1:25: error: failed to resolve digest for HOST/app:1: "HOST" refuses access to "HOST/app:1": HTTP status 401 [image.denied]
hint: Log in with \`docker login HOST\`, or check the name.
`,
      );
      const remote = await project.flotilla(['-f', `oci://${registry.host}/stack:1`, 'config']);
      expect(remote.stderr).toContain('refuses access to');
    });

    function strangers(files: Readonly<Record<string, string>>): Promise<TestProject> {
      return engine.project(files, { env: { XDG_CACHE_HOME: cache, DOCKER_CONFIG: '/nonexistent' } });
    }

    async function publish(repository: string, files: readonly (readonly [string, string])[]): Promise<void> {
      const layers = await Promise.all(
        files.map(async ([name, content]) => {
          const isEnv = name.endsWith('.env');
          const type = isEnv
            ? 'application/vnd.docker.compose.envfile'
            : 'application/vnd.docker.compose.file+yaml';
          const annotations = { [`com.docker.compose.${isEnv ? 'envfile' : 'file'}`]: name };
          return { ...(await registry.push(repository, content, type)), annotations };
        }),
      );
      const config = await registry.push(repository, '{}', 'application/vnd.oci.empty.v1+json');
      const artifactType = 'application/vnd.docker.compose.project';
      await registry.tag(repository, '1', {
        schemaVersion: 2,
        mediaType: ociImage,
        artifactType,
        config,
        layers,
      });
    }
  });
});

async function output(command: Promise<CommandResult>): Promise<string> {
  return (await succeed(command)).stdout;
}
