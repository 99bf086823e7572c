// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { tryRun, which } from './run.mjs';

/**
 * The commands an engine of our own needs, and the Debian packages that bring them.
 * @type {Readonly<Record<string, string>>}
 */
export const engineCommands = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  busybox: 'busybox-static',
  // dockerd asks it for the processes of a container.
  ps: 'procps',
};

/**
 * The same for the native engine and its tests.
 * @type {Readonly<Record<string, string>>}
 */
export const nativeCommands = {
  crun: 'crun',
  conmon: 'conmon',
  nft: 'nftables',
  ip: 'iproute2',
  zstd: 'zstd',
  skopeo: 'skopeo',
  'tini-static': 'tini',
};

/**
 * What tests look with besides.
 * @type {Readonly<Record<string, string>>}
 */
export const testCommands = { curl: 'curl' };

/** What is missing could not be installed; the message says what to do. */
export class MissingPackagesError extends Error {
  /** @override */
  name = 'MissingPackagesError';
}

/**
 * Installs the Debian packages of those commands that this machine lacks.
 * @param {Readonly<Record<string, string>>} commands command -> package
 * @param {(line: string) => void} say
 * @throws {MissingPackagesError} when something is missing and we are not root, or this is not Debian
 */
export async function ensureCommands(commands, say) {
  const missing = Object.keys(commands).filter((command) => which(command) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((command) => commands[command] ?? command))];
  const found = `Not on this machine: ${missing.join(', ')}.`;
  if (which('apt-get') === undefined) {
    throw new MissingPackagesError(
      `${found} Install Docker Engine, or set DOCKER_HOST to an engine that runs.`,
    );
  }
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new MissingPackagesError(
      `${found} Run "sudo ${command}", or set DOCKER_HOST to an engine that runs.`,
    );
  }
  say(`installing Debian packages: ${packages.join(' ')}`);
  await installPackages(packages);
}

/** @param {readonly string[]} packages */
async function installPackages(packages) {
  const install = () => aptGet(['install', '-y', '--no-install-recommends', ...packages]);
  if (hasPackageLists() && (await install()).exitCode === 0) return;
  await aptGet(['update']);
  const { exitCode, stdout, stderr } = await install();
  if (exitCode === 0) return;
  const end = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n');
  throw new MissingPackagesError(`apt-get could not install ${packages.join(' ')}:\n${end}`);
}

function hasPackageLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}

/** @param {readonly string[]} args */
function aptGet(args) {
  return tryRun('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Debian's name and version, for instance `debian 12`. */
export function systemName() {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const read = (/** @type {string} */ key) => new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
    return `${read('ID')} ${read('VERSION_ID')}`;
  } catch {
    return process.platform;
  }
}
