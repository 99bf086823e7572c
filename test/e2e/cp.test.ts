import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { images, useEngine } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';
import { succeed } from './succeed.ts';

const engine = useEngine();
const isRoot = process.getuid?.() === 0;

const file = `
services:
  web: {image: ${images.busybox}, command: sleep 1000, init: true, scale: 2}
  user: {image: ${images.busybox}, command: sleep 1000, init: true, user: "1234:1235"}
  spare: {image: ${images.busybox}, profiles: [more]}
`;

async function start(...services: readonly string[]): Promise<TestProject> {
  const project = await engine.project({
    'compose.yaml': file,
    'src/a.txt': 'a',
    'src/sub/b.txt': 'b',
    'one.txt': 'one',
  });
  const at = (path: string) => join(project.folder, path);
  symlinkSync('a.txt', at('src/link'));
  symlinkSync('src', at('dirlink'));
  symlinkSync('nowhere', at('dangling'));
  chmodSync(at('one.txt'), 0o640);
  if (isRoot) chownSync(at('one.txt'), 77, 78);
  utimesSync(at('one.txt'), 1_577_934_245, 1_577_934_245);
  await succeed(project.flotilla(['up', '-d', ...services]));
  return project;
}

async function inside(project: TestProject, script: string, service = 'web'): Promise<string> {
  return (await succeed(project.flotilla(['exec', '-T', service, 'sh', '-c', script]))).stdout;
}

/** What is below a folder of a container: name, kind, mode, owners, and where links lead. */
function listing(project: TestProject, folder: string): Promise<string> {
  const each = 'find . | sort | while read -r f; do stat -c "%N %F %a %u:%g" "$f"; done';
  return inside(project, `cd ${folder} && ${each}`);
}

/** The same of this machine, without the owners. */
function tree(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const place = join(path, name);
      const found = lstatSync(place);
      const mode = (found.mode & 0o7777).toString(8);
      if (found.isSymbolicLink()) return `${name} -> ${readlinkSync(place)}`;
      return found.isDirectory() ? `${name}/ ${mode}` : `${name} ${mode} ${readFileSync(place, 'utf8')}`;
    });
}

describe('cp into containers', () => {
  it('puts files and folders where docker compose puts them', async () => {
    const seen: Record<string, unknown> = {};
    for (const tool of engine.tools) {
      const project = await start('web');
      await inside(
        project,
        'mkdir /t /t/there /real; ln -s /real /t/link; ln -s /real/new /t/out; echo f > /t/file',
      );
      const codes: string[] = [];
      for (const words of [
        'one.txt /t/',
        'one.txt /t/renamed',
        'one.txt /t/missing/',
        'one.txt /t/missing/x',
        'one.txt /t/file',
        'one.txt /t/link',
        'one.txt /t/out',
        'one.txt t/relative',
        'src /t/there',
        'src /t/new',
        'src/ /t/slash',
        'src/. /t/there',
        'src/. /t/content',
        'src /t/file',
        'dirlink /t/dirlink',
        '-L dirlink /t/followed',
        'dirlink/ /t/slashed',
        'dangling /t/dangling',
        '-L dangling /t/never',
        'missing /t/',
      ]) {
        const args = words.split(' ');
        const target = `web:${args.pop()}`;
        const { exitCode } = await project[tool](['cp', '--index', '1', ...args, target]);
        codes.push(`${words}: ${exitCode}`);
      }
      seen[tool] = [codes, await listing(project, '/t'), await listing(project, '/real')];
    }
    for (const tool of engine.tools) expect([tool, seen[tool]]).toEqual([tool, seen['flotilla']]);
    expect((seen['flotilla'] as readonly unknown[])[0]).toMatchInlineSnapshot(`
      [
        "one.txt /t/: 0",
        "one.txt /t/renamed: 0",
        "one.txt /t/missing/: 1",
        "one.txt /t/missing/x: 1",
        "one.txt /t/file: 0",
        "one.txt /t/link: 0",
        "one.txt /t/out: 0",
        "one.txt t/relative: 0",
        "src /t/there: 0",
        "src /t/new: 0",
        "src/ /t/slash: 0",
        "src/. /t/there: 0",
        "src/. /t/content: 0",
        "src /t/file: 1",
        "dirlink /t/dirlink: 0",
        "-L dirlink /t/followed: 0",
        "dirlink/ /t/slashed: 0",
        "dangling /t/dangling: 0",
        "-L dangling /t/never: 1",
        "missing /t/: 1",
      ]
    `);
    if (isRoot)
      expect((seen['flotilla'] as readonly unknown[])[1]).toMatchInlineSnapshot(`
        ". directory 755 0:0
        ./content directory 755 0:0
        ./content/a.txt regular file 644 0:0
        './content/link' -> 'a.txt' symbolic link 777 0:0
        ./content/sub directory 755 0:0
        ./content/sub/b.txt regular file 644 0:0
        './dangling' -> 'nowhere' symbolic link 777 0:0
        './dirlink' -> 'src' symbolic link 777 0:0
        ./file regular file 640 77:78
        ./followed directory 755 0:0
        ./followed/a.txt regular file 644 0:0
        './followed/link' -> 'a.txt' symbolic link 777 0:0
        ./followed/sub directory 755 0:0
        ./followed/sub/b.txt regular file 644 0:0
        './link' -> '/real' symbolic link 777 0:0
        ./new directory 755 0:0
        ./new/a.txt regular file 644 0:0
        './new/link' -> 'a.txt' symbolic link 777 0:0
        ./new/sub directory 755 0:0
        ./new/sub/b.txt regular file 644 0:0
        ./one.txt regular file 640 77:78
        './out' -> '/real/new' symbolic link 777 0:0
        ./relative regular file 640 77:78
        ./renamed regular file 640 77:78
        ./slash directory 755 0:0
        ./slash/a.txt regular file 644 0:0
        './slash/link' -> 'a.txt' symbolic link 777 0:0
        ./slash/sub directory 755 0:0
        ./slash/sub/b.txt regular file 644 0:0
        ./slashed directory 755 0:0
        ./slashed/a.txt regular file 644 0:0
        './slashed/link' -> 'a.txt' symbolic link 777 0:0
        ./slashed/sub directory 755 0:0
        ./slashed/sub/b.txt regular file 644 0:0
        ./there directory 755 0:0
        ./there/a.txt regular file 644 0:0
        './there/link' -> 'a.txt' symbolic link 777 0:0
        ./there/src directory 755 0:0
        ./there/src/a.txt regular file 644 0:0
        './there/src/link' -> 'a.txt' symbolic link 777 0:0
        ./there/src/sub directory 755 0:0
        ./there/src/sub/b.txt regular file 644 0:0
        ./there/sub directory 755 0:0
        ./there/sub/b.txt regular file 644 0:0
        "
      `);
  });

  it('goes to all replicas, or to one, and says so', async () => {
    const project = await start('web');
    const { stderr } = await succeed(project.flotilla(['cp', 'one.txt', 'web:/one']));
    expect(stderr.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " shop-web-1 copy one.txt to shop-web-1:/one  Copied
       shop-web-2 copy one.txt to shop-web-2:/one  Copied
      "
    `);
    await succeed(project.flotilla(['cp', '--index', '2', 'one.txt', 'web:/two']));
    const where = (path: string, index: string) =>
      project.flotilla(['exec', '-T', '--index', index, 'web', 'cat', path]).then(({ exitCode }) => exitCode);
    expect([await where('/one', '1'), await where('/one', '2')]).toEqual([0, 0]);
    expect([await where('/two', '1'), await where('/two', '2')]).toEqual([1, 0]);
    expect(await inside(project, 'stat -c %Y /one')).toBe('1577934245\n');
    const preview = await succeed(project.flotilla(['--dry-run', 'cp', 'one.txt', 'web:/three']));
    expect(preview.stdout.replaceAll(project.name, 'shop')).toMatchInlineSnapshot(`
      " DRY-RUN MODE -  shop-web-1 copy one.txt to shop-web-1:/three
       DRY-RUN MODE -  shop-web-2 copy one.txt to shop-web-2:/three
      "
    `);
    expect(await where('/three', '1')).toBe(1);
  });

  it('unpacks an archive from standard input, gives files to the user, and needs no running container', async () => {
    const project = await start('user');
    const archive = await project.inShell('tar -C src -cf - . | "$@"', ['cp', '-', 'user:/tmp']);
    expect([archive.exitCode, archive.stderr.trim()]).toEqual([0, expect.stringMatching(/Copied$/)]);
    expect(await inside(project, 'cat /tmp/sub/b.txt', 'user')).toBe('b');
    expect((await project.inShell('tar -C src -cf - . | "$@"', ['cp', '-', 'user:/nope'])).stderr).toContain(
      'must be a directory',
    );
    // Old engines know only users of their host.
    const archived = await project.flotilla(['cp', '-a', 'one.txt', 'user:/tmp/one']);
    await project.composeToo(['cp', '-a', 'one.txt', 'user:/tmp/two'], ({ exitCode }) =>
      expect(exitCode).toBe(archived.exitCode),
    );
    if (engine.runtime === 'native') {
      expect(await inside(project, 'stat -c %u:%g /tmp/one', 'user')).toBe('1234:1235\n');
    }
    await succeed(project.flotilla(['stop', '-t', '0']));
    await succeed(project.flotilla(['cp', 'one.txt', 'user:/tmp/stopped']));
    await succeed(project.flotilla(['cp', 'user:/tmp/stopped', 'back']));
    expect(readFileSync(join(project.folder, 'back'), 'utf8')).toBe('one');
  });

  it('does not write where the container may not, running or not', async () => {
    const project = await engine.project({
      'compose.yaml': `
services:
  web: {image: ${images.busybox}, command: sleep 1000, init: true, volumes: ["./site:/site:ro", "./one:/etc/one:ro", "./two:/etc/two"]}
  closed: {image: ${images.busybox}, command: sleep 1000, init: true, read_only: true}
`,
      'site/index': 'old',
      one: 'old',
      two: 'old',
      new: 'new',
    });
    const read = (path: string) => readFileSync(join(project.folder, path), 'utf8');
    await succeed(project.flotilla(['up', '-d']));
    const check = async () => {
      for (const place of [
        'web:/site/index',
        'web:/site/more',
        'web:/site/',
        'web:/etc/one',
        'closed:/tmp/x',
      ]) {
        const { exitCode, stderr } = await project.flotilla(['cp', 'new', place]);
        expect([place, exitCode, stderr]).toEqual([place, 1, expect.stringMatching(/read-only|busy/)]);
      }
      expect([read('site/index'), readdirSync(join(project.folder, 'site')), read('one')]).toEqual([
        'old',
        ['index'],
        'old',
      ]);
      // Docker refuses what is a mount of its own.
      const { exitCode } = await project.flotilla(['cp', 'new', 'web:/etc/two']);
      expect([exitCode, read('two')]).toEqual(engine.runtime === 'native' ? [0, 'new'] : [1, 'old']);
      project.write('two', 'old');
    };
    await check();
    await succeed(project.flotilla(['stop', '-t', '0']));
    await check();
  });

  it('never leads out of the container, however its links lie', async () => {
    const project = await start('user');
    const outside = join(project.folder, 'outside');
    mkdirSync(outside);
    await succeed(
      project.flotilla([
        'exec',
        '-T',
        '-u',
        '0',
        'user',
        'sh',
        '-c',
        `mkdir /t; ln -s ${outside} /t/l; ln -s ../../../../../../..${outside} /t/up`,
      ]),
    );
    for (const target of ['/t/l', '/t/up', '/t/l/x', '/t/up/x', '/t/l/']) {
      await project.flotilla(['cp', 'one.txt', `user:${target}`]);
      await project.flotilla(['cp', 'src', `user:${target}`]);
    }
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('cp out of containers', () => {
  it('puts files and folders where docker compose puts them', async () => {
    const seen: Record<string, unknown> = {};
    const project = await start('web');
    const script =
      'mkdir -p /d/sub /d/empty; echo a > /d/a; echo b > /d/sub/b; ln -s a /d/l; ln /d/a /d/hard; ln -s /d /dl; ' +
      'ln -s /etc/../d/a /fl; ln -s nowhere /dangling; chmod 600 /d/a; chown 5:6 /d/a; chmod 700 /d/sub';
    await inside(project, script);
    for (const tool of engine.tools) {
      const out = join(project.folder, 'out');
      rmSync(out, { recursive: true, force: true });
      mkdirSync(join(out, 'there'), { recursive: true });
      const codes: string[] = [];
      for (const words of [
        '/d/a .',
        '/d/a renamed',
        '/d/a missing/',
        '/d/a missing/x',
        '/d there',
        '/d new',
        '/d/. content',
        '/d/. there',
        '/d renamed',
        '/dl link',
        '-L /dl followed',
        '/dl/ slashed',
        '/fl filelink',
        '-L /fl filecopy',
        '/dangling dangling',
        '-L /dangling never',
        '/missing never',
        'd/a relative',
      ]) {
        const args = words.split(' ');
        const target = args.pop() ?? '';
        const path = args.pop();
        const compose = join(project.folder, 'compose.yaml');
        const { exitCode } = await project[tool](
          ['-f', compose, 'cp', '--index', '1', ...args, `web:${path}`, target],
          { cwd: out },
        );
        codes.push(`${words}: ${exitCode}`);
      }
      seen[tool] = [codes, tree(out)];
    }
    for (const tool of engine.tools) expect([tool, seen[tool]]).toEqual([tool, seen['flotilla']]);
    expect((seen['flotilla'] as readonly unknown[])[0]).toMatchInlineSnapshot(`
      [
        "/d/a .: 0",
        "/d/a renamed: 0",
        "/d/a missing/: 1",
        "/d/a missing/x: 1",
        "/d there: 0",
        "/d new: 0",
        "/d/. content: 0",
        "/d/. there: 0",
        "/d renamed: 1",
        "/dl link: 0",
        "-L /dl followed: 0",
        "/dl/ slashed: 0",
        "/fl filelink: 0",
        "-L /fl filecopy: 0",
        "/dangling dangling: 0",
        "-L /dangling never: 1",
        "/missing never: 1",
        "d/a relative: 0",
      ]
    `);
    expect((seen['flotilla'] as readonly unknown[])[1]).toMatchInlineSnapshot(`
      [
        "a 600 a
      ",
        "content/ 755",
        "content/a 600 a
      ",
        "content/empty/ 755",
        "content/hard 600 a
      ",
        "content/l -> a",
        "content/sub/ 700",
        "content/sub/b 644 b
      ",
        "dangling -> nowhere",
        "filecopy 600 a
      ",
        "filelink -> /etc/../d/a",
        "followed/ 755",
        "followed/a 600 a
      ",
        "followed/empty/ 755",
        "followed/hard 600 a
      ",
        "followed/l -> a",
        "followed/sub/ 700",
        "followed/sub/b 644 b
      ",
        "link -> /d",
        "new/ 755",
        "new/a 600 a
      ",
        "new/empty/ 755",
        "new/hard 600 a
      ",
        "new/l -> a",
        "new/sub/ 700",
        "new/sub/b 644 b
      ",
        "relative 600 a
      ",
        "renamed 600 a
      ",
        "slashed/ 755",
        "slashed/a 600 a
      ",
        "slashed/empty/ 755",
        "slashed/hard 600 a
      ",
        "slashed/l -> a",
        "slashed/sub/ 700",
        "slashed/sub/b 644 b
      ",
        "there/ 755",
        "there/a 600 a
      ",
        "there/d/ 755",
        "there/d/a 600 a
      ",
        "there/d/empty/ 755",
        "there/d/hard 600 a
      ",
        "there/d/l -> a",
        "there/d/sub/ 700",
        "there/d/sub/b 644 b
      ",
        "there/empty/ 755",
        "there/hard 600 a
      ",
        "there/l -> a",
        "there/sub/ 700",
        "there/sub/b 644 b
      ",
      ]
    `);
  });

  it('takes along what is mounted below, from stopped containers too, but nothing that the kernel makes up', async () => {
    const project = await engine.project({
      'compose.yaml': `
services:
  db:
    image: ${images.busybox}
    command: sleep 1000
    init: true
    volumes: ["data:/srv/lib/data", "./conf:/srv/conf", "./conf/one:/srv/file:ro", "data:/var/run/data"]
volumes: {data: {}}
`,
      'conf/one': 'one',
    });
    await succeed(project.flotilla(['up', '-d']));
    await inside(project, 'echo rows > /srv/lib/data/table', 'db');
    const list = async (path: string) => {
      const { stdout, exitCode } = await project.inShell('"$@" | tar -tf - | sort', [
        'cp',
        `db:${path}`,
        '-',
      ]);
      return [exitCode, ...stdout.trimEnd().split('\n')];
    };
    const all = [
      'srv/',
      'srv/conf/',
      'srv/conf/one',
      'srv/file',
      'srv/lib/',
      'srv/lib/data/',
      'srv/lib/data/table',
    ];
    const check = async (copy: string) => {
      expect(await list('/srv')).toEqual([0, ...all]);
      expect(await list('/run/data')).toEqual([0, 'data/', 'data/table']);
      expect(await list('/proc')).toEqual([0, 'proc/']);
      expect(await list('/proc/')).toEqual([0, 'proc/']);
      for (const path of ['/proc/cpuinfo', '/proc/sys/.']) {
        const { exitCode, stderr } = await project.flotilla(['cp', `db:${path}`, copy]);
        expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Could not find the file /proc/')]);
      }
      await succeed(project.flotilla(['cp', 'db:/', copy]));
      const read = (path: string) => readFileSync(join(project.folder, copy, path), 'utf8');
      expect([read('srv/lib/data/table'), read('srv/file')]).toEqual(['rows\n', 'one']);
      expect(readdirSync(join(project.folder, copy, 'proc'))).not.toContain('self');
    };
    await check('running');
    await succeed(project.flotilla(['stop', '-t', '0']));
    await check('stopped');
  });

  it('gives an archive to standard output, with names and owners of the container', async () => {
    const project = await start('web');
    await inside(project, 'mkdir -p /d/sub; echo b > /d/sub/b; chown 5:6 /d/sub/b; ln -s /d /dl');
    const list = async (path: string) => {
      const { stdout, exitCode } = await project.inShell('"$@" | tar --numeric-owner -tvf -', [
        'cp',
        `web:${path}`,
        '-',
      ]);
      expect(exitCode).toBe(0);
      return stdout
        .replace(/ +\d+ \d{4}-\S+ \S+ /g, ' ')
        .trimEnd()
        .split('\n');
    };
    expect(await list('/d')).toEqual([
      'drwxr-xr-x 0/0 d/',
      'drwxr-xr-x 0/0 d/sub/',
      '-rw-r--r-- 5/6 d/sub/b',
    ]);
    expect(await list('/d/sub/.')).toEqual(['drwxr-xr-x 0/0 ./', '-rw-r--r-- 5/6 ./b']);
    expect(await list('/dl')).toEqual(['lrwxrwxrwx 0/0 dl -> /d']);
    expect(await list('/dl/')).toEqual([
      'drwxr-xr-x 0/0 dl/',
      'drwxr-xr-x 0/0 dl/sub/',
      '-rw-r--r-- 5/6 dl/sub/b',
    ]);
    if (!isRoot) return;
    await succeed(project.flotilla(['cp', '-a', 'web:/d/sub/b', 'owned']));
    const { uid, gid } = lstatSync(join(project.folder, 'owned'));
    expect([uid, gid]).toEqual([5, 6]);
  });

  it('leaves out pipes, and takes rights of others from nobody', async () => {
    const project = await start('web');
    await inside(project, 'mkdir /d; mkfifo /d/pipe; echo x > /d/x; chmod 6755 /d/x');
    const { stderr } = await succeed(project.flotilla(['cp', 'web:/d', 'out']));
    expect(stderr).toContain('left out "out/pipe"');
    expect(tree(join(project.folder, 'out'))).toEqual(['x 755 x\n']);
  });
});

describe('cp', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await start('web');
  });

  it.each([
    [['one.txt', 'two.txt'], 'unknown copy direction'],
    [['-', '-'], 'unknown copy direction'],
    [['./a:b', 'two.txt'], 'unknown copy direction'],
    [[':/a', 'two.txt'], 'unknown copy direction'],
    [['web:/a', 'user:/a'], 'copying between services is not supported'],
    [['spare:/a', 'a'], 'no container found for service "spare"'],
    [['--index', '3', 'web:/a', 'a'], 'service "web" is not running container #3'],
  ])('%j fails as docker compose does', async (args, words) => {
    for (const tool of engine.tools) {
      const { exitCode, stdout, stderr } = await project[tool](['cp', ...args]);
      expect([tool, exitCode, stdout, stderr]).toEqual([tool, 1, '', expect.stringContaining(words)]);
    }
  });

  it('names containers, and the replicas that there are', async () => {
    const said = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await project.flotilla(args);
      expect([args, exitCode]).toEqual([args, 1]);
      return stderr.replaceAll(project.name, 'shop');
    };
    for (const args of [
      ['cp', 'one.txt', 'web:/nope/x'],
      ['cp', 'one.txt', 'web:/etc/passwd/x'],
      ['cp', 'web:/nope', '.'],
    ]) {
      const words = await said(...args);
      expect(words).toContain('shop-web-1');
      expect(words).not.toMatch(/[0-9a-f]{12}/);
    }
    expect(await said('cp', '--index', '3', 'one.txt', 'web:/tmp/')).toContain('It has #1, #2.');
    expect(await said('-p', project.name, 'exec', '', 'true')).toContain('no such service: ""');
    await succeed(project.flotilla(['pause', 'web']));
    const paused = await said('exec', '-T', 'web', 'true');
    expect(paused).toContain('shop-web-1');
    expect(paused).not.toMatch(/[0-9a-f]{12}/);
    await succeed(project.flotilla(['unpause', 'web']));
  });

  it('takes --index 0 for no choice, as docker compose does', async () => {
    for (const tool of engine.tools)
      await succeed(project[tool](['cp', '--index', '0', 'one.txt', `web:/${tool}`]));
    const found = await project.flotilla([
      'exec',
      '-T',
      '--index',
      '2',
      'web',
      'ls',
      ...engine.tools.map((tool) => `/${tool}`),
    ]);
    expect(found.exitCode).toBe(0);
  });
});
