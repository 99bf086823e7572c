import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the machine keeps plugins of the docker CLI, in its order. */
const systemFolders: readonly string[] = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** The program of a kind of provider: a plugin `docker-TYPE` of the docker CLI, else TYPE on the PATH. */
export async function findProvider(type: string, environment: Environment): Promise<string | undefined> {
  // A path would run what the file's author put beside it; docker compose looks names up, too.
  if (type === '' || type.includes('/') || type.includes('\\')) return undefined;
  return (await findPlugin(type, environment)) ?? (await findOnPath(type, environment));
}

/** A program by its name, where the shell would find it. */
export async function findOnPath(name: string, environment: Environment): Promise<string | undefined> {
  return firstExecutable(pathOf(environment), name);
}

/** The program behind `docker NAME`. */
export async function findPlugin(name: string, environment: Environment): Promise<string | undefined> {
  return firstExecutable(await pluginFolders(environment), `docker-${name}`);
}

function pathOf(environment: Environment): readonly string[] {
  return (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function pluginFolders(environment: Environment): Promise<readonly string[]> {
  const config =
    environment['DOCKER_CONFIG'] || (environment['HOME'] ? join(environment['HOME'], '.docker') : undefined);
  if (config === undefined) return systemFolders;
  return [...(await extraFolders(config)), join(config, 'cli-plugins'), ...systemFolders];
}

async function extraFolders(config: string): Promise<readonly string[]> {
  try {
    const settings: unknown = JSON.parse(await readFile(join(config, 'config.json'), 'utf8'));
    const extra = (settings as { readonly cliPluginsExtraDirs?: unknown } | null)?.cliPluginsExtraDirs;
    return Array.isArray(extra) ? extra.filter((folder) => typeof folder === 'string') : [];
  } catch {
    // Without settings, or with some that docker itself would complain about, there are no more folders.
    return [];
  }
}

async function firstExecutable(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
