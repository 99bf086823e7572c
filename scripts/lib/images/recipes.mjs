// @ts-check
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApt, unpack } from '../apt.mjs';
import { run } from '../run.mjs';
import { addBusybox, addPrograms, baseSystem } from './rootfs.mjs';

/**
 * How each image is made from what this machine has or Debian offers. No registry takes part.
 *
 * @typedef {object} Recipe
 * @property {(root: string) => Promise<void>} fill puts the image's files into an empty folder
 * @property {Readonly<Record<string, unknown>>} config as in the OCI image specification
 * @property {Readonly<Record<string, number>>} [owners] path in the image -> user and group id; the rest is root's
 * @property {readonly string[]} [inputs] files and folders that the image copies, other than these scripts
 */

const here = dirname(fileURLToPath(import.meta.url));
const shop = join(here, '../../../fixtures/projects/shop');
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Debian packages that servers ask for when they are installed and never use when they run. */
const installerOnly =
  /^(adduser|debconf|dpkg|gcc-\d+-base|init-system-helpers|iproute2|libc-l10n|libllvm.*|libperl.*|libz3-\d+|locales.*|lsb-base|openssl|passwd|perl.*|lib.*-perl|postgresql(-client)?-common|sensible-utils|ssl-cert|sysvinit-utils|tar|ucf|usrmerge)$/;

const nginxConfig = {
  Env: [path],
  Cmd: ['nginx', '-g', 'daemon off;'],
  ExposedPorts: { '80/tcp': {} },
  StopSignal: 'SIGQUIT',
};

/** @type {Readonly<Record<string, Recipe>>} */
export const recipes = {
  busybox: {
    fill: async (root) => {
      baseSystem(root);
      await addBusybox(root);
    },
    config: { Env: [path], Cmd: ['sh'] },
  },
  nginx: {
    fill: nginxSystem,
    config: nginxConfig,
  },
  redis: {
    fill: async (root) => {
      await debianSystem(root, ['redis-server', 'redis-tools']);
      mkdirSync(join(root, 'data'));
    },
    config: {
      Env: [path],
      Cmd: ['redis-server', '--protected-mode', 'no'],
      User: 'redis',
      WorkingDir: '/data',
      Volumes: { '/data': {} },
      ExposedPorts: { '6379/tcp': {} },
    },
    owners: { data: 998 },
  },
  postgres: {
    fill: async (root) => {
      await debianSystem(root, ['postgresql']);
      copy('postgres-entrypoint.sh', root, 'usr/local/bin/docker-entrypoint.sh');
      // Debian keeps each version's programs in a folder of its own.
      await run('sh', ['-c', 'for f in usr/lib/postgresql/*/bin/*; do ln -s "/$f" usr/bin/; done'], {
        cwd: root,
      });
      mkdirSync(join(root, 'var/lib/postgresql/data'), { recursive: true });
      mkdirSync(join(root, 'run/postgresql'));
    },
    config: {
      Env: [path, 'PGDATA=/var/lib/postgresql/data', 'LANG=C'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      User: 'postgres',
      Volumes: { '/var/lib/postgresql/data': {} },
      ExposedPorts: { '5432/tcp': {} },
      StopSignal: 'SIGINT',
    },
    owners: { 'var/lib/postgresql': 999, 'run/postgresql': 999 },
  },
  'shop-web': {
    fill: async (root) => {
      await nginxSystem(root);
      cpSync(join(shop, 'web'), join(root, 'usr/share/nginx/html'), { recursive: true });
    },
    config: nginxConfig,
    inputs: [join(shop, 'web')],
  },
  'shop-app': {
    fill: async (root) => {
      baseSystem(root);
      await addBusybox(root);
      await addPrograms(root, { node: process.execPath });
      const app = join(root, 'app');
      cpSync(join(shop, 'app'), app, { recursive: true, filter: (file) => !file.includes('node_modules') });
      await run('npm', ['ci', '--omit=dev', '--ignore-scripts'], { cwd: app });
    },
    config: { Env: [path], WorkingDir: '/app', Cmd: ['node', 'api.js'], User: 'app' },
    inputs: [join(shop, 'app')],
  },
};

/**
 * @param {string} root
 * @param {readonly string[]} packages
 */
async function debianSystem(root, packages) {
  baseSystem(root);
  await addBusybox(root);
  const apt = await openApt();
  const wanted = (await apt.closure(packages)).filter((name) => !installerOnly.test(name));
  await unpack(await apt.download(wanted), root);
  const unread = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/i18n', 'usr/lib/*/gconv'];
  const bitcode = ['usr/lib/postgresql/*/lib/bitcode', 'usr/lib/postgresql/*/lib/llvmjit*'];
  await run('sh', ['-c', `rm -rf ${[...unread, ...bitcode].join(' ')}`], { cwd: root });
}

/** @param {string} root */
async function nginxSystem(root) {
  await debianSystem(root, ['nginx']);
  copy('nginx.conf', root, 'etc/nginx/nginx.conf');
  copy('default.conf', root, 'etc/nginx/conf.d/default.conf');
  write(root, 'usr/share/nginx/html/index.html', '<h1>Welcome to nginx!</h1>\n');
}

/**
 * @param {string} name a file beside this one
 * @param {string} root
 * @param {string} target
 */
function copy(name, root, target) {
  write(root, target, readFileSync(join(here, name), 'utf8'));
  if (name.endsWith('.sh')) chmodSync(join(root, target), 0o755);
}

/**
 * @param {string} root
 * @param {string} target
 * @param {string} text
 */
function write(root, target, text) {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  writeFileSync(join(root, target), text);
}
