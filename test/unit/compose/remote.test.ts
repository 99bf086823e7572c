import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LoadOptions, loadProject, type RemoteProjects } from '../../../src/compose/index.ts';
import { FlotillaError } from '../../../src/core/error.ts';
import { memoryFiles, printed } from './support.ts';

const git = 'https://git.test/app.git#main:deploy';
const oci = 'oci://box.test/app:1';

/** What has been fetched for each reference. Links are a list of paths that lead to other places. */
const fetched: Readonly<Record<string, { readonly folder: string; readonly file: string }>> = {
  [git]: { folder: '/cache/git', file: '/cache/git/deploy/compose.yaml' },
  [oci]: { folder: '/cache/oci', file: '/cache/oci/compose.yaml' },
};

describe('a project from elsewhere', () => {
  it('has the name and the variables of the place where the command runs, and its paths start from its copy', async () => {
    const { project, remotes } = await load([git], {
      '/project/.env': 'TAG=here',
      '/cache/git/deploy/.env': 'TAG=there',
      '/cache/git/deploy/app.env': 'A=1',
      '/cache/git/deploy/compose.yaml': `
services:
  web:
    image: web:\${TAG}
    env_file: app.env
    volumes: [./data:/data]
    extends: {file: ../base.yaml, service: base}
`,
      '/cache/git/base.yaml': 'services: {base: {build: .}}',
    });
    const web = project?.services.get('web' as never);
    expect(project?.name).toBe('project');
    expect(project?.workingDir).toBe('/cache/git/deploy');
    expect(project?.configFiles).toEqual(['/cache/git/deploy/compose.yaml']);
    expect(web?.image).toBe('web:here');
    expect(web?.environment?.get('A')).toBe('1');
    expect(web?.volumes?.[0]?.source).toBe('/cache/git/deploy/data');
    expect(web?.build?.context).toBe('/cache/git');
    expect(remotes).toEqual([{ reference: git, from: 'command-line', ...fetched[git] }]);
  });

  it('is the place from which the paths of local files beside it start', async () => {
    const { project } = await load(['over.yaml', git], {
      '/project/over.yaml': 'services: {web: {image: a, volumes: [./local:/local]}}',
      '/cache/git/deploy/compose.yaml': 'services: {web: {image: b}}',
    });
    const web = project?.services.get('web' as never);
    expect(web?.volumes?.[0]?.source).toBe('/cache/git/deploy/local');
    expect(web?.image).toBe('b');
  });

  it('can be included, then with its own .env', async () => {
    const { project, remotes } = await load(['compose.yaml'], {
      '/project/compose.yaml': `{include: ["${oci}"], services: {own: {image: own, build: .}}}`,
      '/cache/oci/compose.yaml': `services: {web: {image: "web:\${TAG}", build: .}}`,
      '/cache/oci/.env': 'TAG=1',
    });
    expect(project?.services.get('web' as never)).toMatchObject({
      image: 'web:1',
      build: { context: '/cache/oci' },
    });
    expect(project?.services.get('own' as never)?.build?.context).toBe('/project');
    expect(remotes.map(({ from }) => from)).toEqual(['include']);
  });

  it('can be extended, and its paths start from the root of its copy', async () => {
    const { project, remotes } = await load(['compose.yaml'], {
      '/project/compose.yaml': `{services: {own: {extends: {file: "${git}", service: web}}}}`,
      '/cache/git/deploy/compose.yaml': 'services: {web: {image: web, build: ./here}}',
    });
    expect(project?.services.get('own' as never)?.build?.context).toBe('/cache/git/here');
    expect(remotes.map(({ from }) => from)).toEqual(['extends']);
  });

  it('may be given a folder of the user to read in', async () => {
    const { project, diagnostics } = await load(['compose.yaml'], {
      '/project/compose.yaml': `{include: [{path: "${oci}", project_directory: .}]}`,
      '/project/mine.env': 'A=mine',
      '/cache/oci/compose.yaml': 'services: {web: {image: web, env_file: mine.env}}',
    });
    expect(printed(diagnostics)).toBe('');
    expect(project?.services.get('web' as never)?.environment?.get('A')).toBe('mine');
  });
});

describe('a project from elsewhere is refused', () => {
  it.each([
    ['include', 'include: [../../../etc/passwd]', '/etc/passwd'],
    ['include with an env file', 'include: [{path: b.yaml, env_file: ../../../etc/passwd}]', '/etc/passwd'],
    ['include with a folder', 'include: [{path: b.yaml, project_directory: /etc}]', '/etc/.env'],
    ['extends', 'services: {a: {extends: {file: /etc/passwd, service: a}}}', '/etc/passwd'],
    ['an env file', 'services: {a: {image: a, env_file: /etc/passwd}}', '/etc/passwd'],
    ['a home', 'services: {a: {image: a, env_file: ~/secret.env}}', '/home/user/secret.env'],
    ['a variable', `services: {a: {image: a, env_file: "\${HOME}/secret.env"}}`, '/home/user/secret.env'],
    ['a label file', 'services: {a: {image: a, label_file: ../../../etc/passwd}}', '/etc/passwd'],
    ['a link', 'services: {a: {image: a, env_file: link.env}}', '/cache/git/deploy/link.env'],
    [
      'a linked extends',
      'services: {a: {extends: {file: link.env, service: a}}}',
      '/cache/git/deploy/link.env',
    ],
  ])('when it reads elsewhere by %s', async (_how, text, path) => {
    const { diagnostics, project } = await load([git], {
      '/cache/git/deploy/compose.yaml': text,
      '/cache/git/deploy/b.yaml': 'services: {b: {image: b}}',
      '/cache/git/deploy/link.env': 'services: {a: {image: a}}',
      '/etc/passwd': 'services: {a: {image: a}}',
      '/etc/.env': 'A=1',
      '/home/user/secret.env': 'A=1',
    });
    expect(project).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose.outside-project']);
    expect(diagnostics[0]?.message).toContain(
      `${JSON.stringify(path)} is outside of the remote project in "/cache/git"`,
    );
    expect(diagnostics[0]?.at?.file).toBe('/cache/git/deploy/compose.yaml');
  });

  it('when an include leads to a link', async () => {
    const { diagnostics } = await load(
      ['compose.yaml'],
      {
        '/project/compose.yaml': `{include: ["${git}"]}`,
        '/cache/git/deploy/compose.yaml': 'services: {a: {image: a}}',
        '/cache/git/deploy/.env': 'A=1',
      },
      ['/cache/git/deploy/.env'],
    );
    expect(printed(diagnostics)).toMatchInlineSnapshot(`
      "error compose.outside-project at compose.yaml:1:12 include
      the env file "/cache/git/deploy/.env" is outside of the remote project in "/cache/git"
      1 | {include: ["https://git.test/app.git#main:deploy"]}
        |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: A remote project may read its own files only. Name yours with -f or --env-file, or copy the project.
      "
    `);
  });

  it('when it cannot be had, at the place that names it', async () => {
    const { diagnostics } = await load(['compose.yaml'], {
      '/project/compose.yaml': 'include: ["git@git.test:gone.git"]\n',
    });
    expect(printed(diagnostics)).toMatchInlineSnapshot(`
      "error compose.remote at compose.yaml:1:11 include
      there is no git@git.test:gone.git
      1 | include: ["git@git.test:gone.git"]
        |           ^^^^^^^^^^^^^^^^^^^^^^^
      hint: Look again.
      "
    `);
  });

  it.each([
    [git, 'GIT', 'false', 'git remote resource is disabled by "COMPOSE_EXPERIMENTAL_GIT_REMOTE"'],
    [oci, 'OCI', '0', 'OCI remote resource is disabled by "COMPOSE_EXPERIMENTAL_OCI_REMOTE"'],
    [
      oci,
      'OCI',
      'maybe',
      'COMPOSE_EXPERIMENTAL_OCI_REMOTE environment variable expects boolean value: "maybe"',
    ],
  ])('when %s is switched off', async (reference, kind, value, message) => {
    const environment = { [`COMPOSE_EXPERIMENTAL_${kind}_REMOTE`]: value };
    const { diagnostics } = await load([reference], {}, [], { environment });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toContain(message);
  });
});

it.each(['https://example.com/compose.yaml', './git.test/app.git', 'oci:app', 'file:///app.git'])(
  '%s is a path',
  async (file) => {
    const { diagnostics } = await load([file], {});
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose.no-file']);
  },
);

function load(
  configFiles: readonly string[],
  files: Readonly<Record<string, string>>,
  links: readonly string[] = ['/cache/git/deploy/link.env'],
  options: Partial<LoadOptions> = {},
) {
  const remotes: RemoteProjects = {
    fetch: async (reference) => {
      const project = fetched[reference];
      if (project !== undefined) return project;
      throw new FlotillaError('compose.remote', `there is no ${reference}`, { hint: 'Look again.' });
    },
    isInside: async (folder, path) => !links.includes(path) && !posix.relative(folder, path).startsWith('..'),
  };
  return loadProject({
    cwd: '/project',
    environment: { HOME: '/home/user' },
    home: '/home/user',
    files: memoryFiles(new Map(Object.entries(files))),
    remotes,
    configFiles,
    ...options,
  });
}
