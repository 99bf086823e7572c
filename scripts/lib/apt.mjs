// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { run, tryRun, which } from './run.mjs';

/**
 * A second apt beside the machine's, for packages that are unpacked and never installed: with its own lists and an
 * empty record of what is installed. It needs no root and changes nothing on the machine.
 *
 * @typedef {object} Apt
 * @property {(packages: readonly string[]) => Promise<string[]>} closure names of the packages and of all they depend on
 * @property {(packages: readonly string[]) => Promise<string[]>} download paths of the .deb files
 */

const dayMs = 24 * 60 * 60 * 1000;
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * @param {string} [suite] a suite of Debian such as `sid`; absent: what the machine's own sources offer
 * @returns {Promise<Apt>}
 */
export async function openApt(suite) {
  if (which('apt-get') === undefined) throw new Error('This needs Debian: the command apt-get is missing.');
  const root = cacheFolder('apt', suite ?? 'machine');
  for (const folder of ['lists/partial', 'archives/partial'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'status'), '');
  const options = [
    ...['-o', `Dir::State=${root}`, '-o', `Dir::State::status=${join(root, 'status')}`],
    ...['-o', `Dir::State::lists=${join(root, 'lists')}`, '-o', `Dir::Cache=${root}`],
    // A mirror may be older than its release files allow; they must be signed all the same.
    ...['-o', 'Acquire::Check-Valid-Until=false'],
    ...['-o', `Dir::Cache::archives=${join(root, 'archives')}`, '-o', 'APT::Sandbox::User=root'],
    ...(suite === undefined ? [] : await sourceOptions(root, suite)),
  ];
  await updateDaily(root, options);
  return {
    async closure(packages) {
      const uris = await run('apt-get', [
        ...options,
        ...['install', '--yes', '--no-install-recommends', '--print-uris'],
        ...packages,
      ]);
      return [...uris.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map((match) => match[1] ?? '');
    },
    async download(packages) {
      const uris = await run('apt-get', [...options, 'download', '--print-uris', ...packages]);
      const files = [...uris.matchAll(/^'[^']*' (\S+)/gm)].map((match) => match[1] ?? '');
      const folder = cacheFolder('apt', suite ?? 'machine', 'packages');
      await run('apt-get', [...options, 'download', ...packages], { cwd: folder });
      return files.map((file) => join(folder, file));
    },
  };
}

/**
 * Takes over the mirror that the machine uses for its own release.
 * @param {string} root
 * @param {string} suite
 */
async function sourceOptions(root, suite) {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const targets = await run('apt-get', ['indextargets', '--format', '$(RELEASE) $(COMPONENT) $(REPO_URI)']);
  const mirror = new RegExp(`^${codename} main (\\S+)$`, 'm').exec(targets)?.[1];
  if (mirror === undefined)
    throw new Error(`The apt sources of this machine name no mirror for "${codename} main".`);
  const list = join(root, 'sources.list');
  writeFileSync(list, `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  return ['-o', `Dir::Etc::sourcelist=${list}`, '-o', 'Dir::Etc::sourceparts=-'];
}

/**
 * @param {string} root
 * @param {readonly string[]} options
 */
async function updateDaily(root, options) {
  const stamp = join(root, 'updated');
  if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < dayMs) return;
  const result = await tryRun('apt-get', [...options, 'update']);
  const lists = readdirSync(join(root, 'lists')).filter((name) => name.includes('_Packages'));
  if (lists.length === 0)
    throw new Error(`apt-get update got no package lists:\n${result.stdout}${result.stderr}`);
  writeFileSync(stamp, '');
}

/**
 * Unpacks packages into a folder in which /bin, /lib and /sbin are links, without running their scripts.
 * @param {readonly string[]} files .deb files
 * @param {string} root
 */
export async function unpack(files, root) {
  mkdirSync(root, { recursive: true });
  for (const file of files) {
    await run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" --keep-directory-symlink --no-same-owner',
      file,
      root,
    ]);
  }
}
