import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readJson } from '../../system/read-json.ts';
import { writeJson } from '../../system/write-whole.ts';
import type { MachineFacts } from './facts.ts';
import { capabilitySet } from './proc.ts';
import { textOf } from './text-of.ts';

export type ToolName = 'crun' | 'runc' | 'conmon' | 'nft' | 'ip' | 'mount' | 'cp' | 'tar';

export interface FoundTools {
  readonly paths: Readonly<Partial<Record<ToolName, string>>>;
  /** What the engine cannot do without, in words; empty when it can run here. */
  readonly missing: readonly string[];
  /** The one command that installs what is missing and can be installed. */
  readonly install?: string;
}

/** Where programs of administrators are that are not on everybody's PATH. */
const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const packages: Readonly<Partial<Record<ToolName, string>>> = {
  crun: 'crun',
  conmon: 'conmon',
  nft: 'nftables',
  ip: 'iproute2',
  mount: 'mount',
  cp: 'coreutils',
};

const names: readonly ToolName[] = ['crun', 'runc', 'conmon', 'nft', 'ip', 'mount', 'cp', 'tar'];

/** Looks for the programs that the engine conducts, and for what it needs of the kernel. Nothing is run. */
export function findTools(
  machine: MachineFacts,
  environment: Readonly<Record<string, string | undefined>>,
  others: readonly string[] = usualFolders,
): FoundTools {
  const folders = [...new Set([...(environment['PATH'] ?? '').split(':').filter(Boolean), ...others])];
  const paths = Object.fromEntries(
    names.flatMap((name) => {
      const path = findIn(folders, name);
      return path === undefined ? [] : [[name, path] as const];
    }),
  );
  const absent = missingTools(paths);
  const packageNames = absent.flatMap((name) => packages[name] ?? []);
  return {
    paths,
    missing: [...absent.map(purposeOf), ...missingOfKernel(machine)],
    ...(packageNames.length === 0 ? {} : { install: `apt-get install ${packageNames.join(' ')}` }),
  };
}

function missingTools(paths: FoundTools['paths']): readonly ToolName[] {
  const needed: readonly ToolName[] = ['conmon', 'nft', 'ip', 'mount', 'cp'];
  const runtime: readonly ToolName[] = paths.crun === undefined && paths.runc === undefined ? ['crun'] : [];
  return [...runtime, ...needed.filter((name) => paths[name] === undefined)];
}

function purposeOf(name: ToolName): string {
  const purposes: Readonly<Partial<Record<ToolName, string>>> = {
    crun: 'crun (or runc), which runs containers',
    conmon: 'conmon, which watches them',
    nft: 'nft, which publishes ports',
    ip: 'ip, which makes networks',
  };
  return purposes[name] ?? name;
}

function missingOfKernel({ cgroups }: MachineFacts): readonly string[] {
  const own = capabilitySet(textOf('/proc/self/status'), 'CapEff');
  const hasOverlay =
    /\boverlay$/m.test(textOf('/proc/filesystems')) || /^overlay /m.test(textOf('/proc/modules'));
  return [
    ...(hasOverlay || canLoadOverlay() ? [] : ['overlayfs, in which file systems of containers are layered']),
    ...(cgroups.mode === 'none' ? ['control groups: none are mounted below /sys/fs/cgroup'] : []),
    ...(own.includes('CAP_SYS_ADMIN')
      ? []
      : ['the right to make namespaces and mounts (CAP_SYS_ADMIN): run it as root']),
  ];
}

/** A module that is there is loaded by the first mount. */
function canLoadOverlay(): boolean {
  const version = textOf('/proc/sys/kernel/osrelease').trim();
  const list = textOf(`/lib/modules/${version}/modules.dep`);
  return /(^|\/)overlay\.ko/m.test(list);
}

function findIn(folders: readonly string[], name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path) && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a program says to `--version`, first line. It is run once: the answer is kept in the folder until the program's
 * file changes. Undefined when it does not answer.
 */
export async function toolVersion(folder: string, path: string): Promise<string | undefined> {
  const file = join(folder, 'versions.json');
  const real = await realpath(path);
  const { size, mtimeMs } = await stat(real);
  const key = `${real} ${size} ${mtimeMs}`;
  const known = readJson<Readonly<Record<string, string>>>(file) ?? {};
  if (known[key] !== undefined) return known[key];
  const version = await promisify(execFile)(path, ['--version']).then(
    ({ stdout }) => stdout.split('\n', 1)[0]?.trim(),
    () => undefined,
  );
  if (version === undefined) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Two that write at once lose one of the answers, which is asked for again.
  writeJson(file, { ...known, [key]: version });
  return version;
}
