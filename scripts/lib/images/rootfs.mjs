// @ts-check
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureCommands } from '../packages.mjs';
import { run, which } from '../run.mjs';

/**
 * The folders and files that every Linux program takes for granted.
 * @param {string} root an empty folder
 */
export function baseSystem(root) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const name of [
    'etc',
    'root',
    'run',
    'tmp',
    'var/tmp',
    'proc',
    'sys',
    'dev',
    'home',
    'usr/local/bin',
  ]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  chmodSync(join(root, 'tmp'), 0o1777);
  chmodSync(join(root, 'var/tmp'), 0o1777);
  symlinkSync('/run', join(root, 'var/run'));
  const users = [
    ['root', 0, '/root'],
    ['www-data', 33, '/var/www'],
    ['redis', 998, '/data'],
    ['postgres', 999, '/var/lib/postgresql'],
    ['app', 1000, '/home'],
    ['nobody', 65534, '/'],
  ];
  const lines = (/** @type {(user: readonly (string | number)[]) => string} */ line) =>
    `${users.map(line).join('\n')}\n`;
  writeFileSync(
    join(root, 'etc/passwd'),
    lines(([name, id, home]) => `${name}:x:${id}:${id}:${name}:${home}:/bin/sh`),
  );
  writeFileSync(
    join(root, 'etc/group'),
    lines(([name, id]) => `${name === 'nobody' ? 'nogroup' : name}:x:${id}:`),
  );
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
}

/**
 * A shell and some three hundred small tools.
 * @param {string} root
 */
export async function addBusybox(root) {
  await ensureCommands({ busybox: 'busybox-static' }, () => {});
  const program = which('busybox') ?? 'busybox';
  copyFileSync(program, join(root, 'usr/bin/busybox'));
  for (const applet of (await run(program, ['--list'])).split('\n').filter((name) => name !== '')) {
    const link = join(root, 'usr/bin', applet);
    if (!existsSync(link)) symlinkSync('busybox', link);
  }
}

/**
 * Copies programs of this machine together with the libraries that they load.
 * @param {string} root
 * @param {Readonly<Record<string, string>>} programs name in /usr/local/bin -> path on this machine
 */
export async function addPrograms(root, programs) {
  for (const [name, path] of Object.entries(programs)) {
    copyFileSync(path, join(root, 'usr/local/bin', name));
    for (const library of await librariesOf(path)) {
      const target = join(root, library);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(library, target);
    }
  }
}

/** @param {string} program */
async function librariesOf(program) {
  const listing = await run('ldd', [program]);
  return [...listing.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}
