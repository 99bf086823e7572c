import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Script } from 'node:vm';
import { packCode, unpackCode } from './pack.ts';

/** Machine code that V8 made in an earlier run, so that this one need not compile the same functions again. */
export interface CodeCache {
  codeOf(chunk: string): Buffer | undefined;
  loaded(chunk: string, script: Script): void;
  /** Keeps what this run compiled for the next one, when the cache had not all of it. Never fails. */
  refresh(): void;
}

/** Set by scripts/build.mjs: changes with every change of a chunk. */
declare const BUILD_ID: string;

/**
 * One file per command, build, Node version and processor. The names of chunks carry a hash of their content, so code
 * of another build is never taken; V8 itself refuses code made by another V8 or with other flags. Files lie in the
 * user's cache folder (FLOTILLA_CODE_CACHE names another one, or none when it is empty), before those that were
 * shipped.
 */
export function openCodeCache(
  home: string,
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): CodeCache {
  const key = `${BUILD_ID}-${process.version}-${process.arch}`;
  const own = userFolder(environment);
  const packs = [
    own === undefined ? undefined : readPack(`${own}/${key}/${command}`, true),
    readPack(`${home}/cache/${key}/${command}`, false),
  ];
  const scripts = new Map<string, Script>();
  const codeOf = (chunk: string) => packs[0]?.get(chunk) ?? packs[1]?.get(chunk);
  const isComplete = () =>
    [...scripts].every(
      ([chunk, script]) => codeOf(chunk) !== undefined && script.cachedDataRejected !== true,
    );
  return {
    codeOf,
    loaded: (chunk, script) => scripts.set(chunk, script),
    refresh: () => {
      // Code that was made with special flags is of no use to the next run, which has the usual ones.
      const usual = process.execArgv.length === 0 && (environment['NODE_OPTIONS'] ?? '') === '';
      if (own === undefined || !usual || isComplete()) return;
      try {
        writePack(own, key, command, scripts);
      } catch {
        // A folder that cannot be written costs the next run some milliseconds and nothing else.
      }
    },
  };
}

function userFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = environment['FLOTILLA_CODE_CACHE'];
  if (given !== undefined) return given === '' ? undefined : given;
  const cache = environment['XDG_CACHE_HOME'];
  if (cache?.startsWith('/')) return `${cache}/flotilla/code`;
  const home = environment['HOME'];
  return home?.startsWith('/') ? `${home}/.cache/flotilla/code` : undefined;
}

/** Code is as powerful as the program: from a user's folder, only files that nobody else can write are taken. */
function readPack(path: string, mustBeOurs: boolean): ReadonlyMap<string, Buffer> | undefined {
  // Asked first, because an error with its stack costs ten times as much.
  if (!existsSync(path)) return undefined;
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size, uid, mode } = fstatSync(file);
    if (mustBeOurs && (uid !== process.getuid?.() || (mode & 0o022) !== 0)) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    if (readSync(file, bytes, 0, size, 0) !== size) return undefined;
    return unpackCode(bytes);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function writePack(folder: string, key: string, command: string, scripts: ReadonlyMap<string, Script>): void {
  if (!isFolder(`${folder}/${key}`)) {
    mkdirSync(`${folder}/${key}`, { recursive: true, mode: 0o700 });
    removeOldBuilds(folder);
  }
  const code = [...scripts].map(([chunk, script]) => [chunk, script.createCachedData()] as const);
  const temporary = `${folder}/${key}/.${command}.${process.pid}`;
  writeFileSync(temporary, packCode(code), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, `${folder}/${key}/${command}`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Two builds on three versions of Node. */
const keptFolders = 6;

function removeOldBuilds(folder: string): void {
  const byAge = readdirSync(folder)
    .map((name) => ({ path: `${folder}/${name}`, madeAt: statSync(`${folder}/${name}`).mtimeMs }))
    .sort((left, right) => right.madeAt - left.madeAt);
  for (const { path } of byAge.slice(keptFolders)) rmSync(path, { recursive: true, force: true });
}
