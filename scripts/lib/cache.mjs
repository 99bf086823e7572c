// @ts-check
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A folder that survives between runs; everything in it can be made again.
 * @param {...string} names below the cache's root
 * @returns {string} it exists
 */
export function cacheFolder(...names) {
  const root =
    process.env['FLOTILLA_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla');
  const folder = join(root, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs the work while no other process of this machine runs work of the same name. The lock is an abstract socket:
 * the kernel lets go of it when its owner dies.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const lock = createServer();
  while (!(await tryListen(lock, `\0flotilla-${name}`))) await pause(100);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/**
 * @param {import('node:net').Server} server
 * @param {string} path
 * @returns {Promise<boolean>} false when another process listens there
 */
function tryListen(server, path) {
  return new Promise((resolve, reject) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(path, () => {
      server.removeAllListeners('error');
      resolve(true);
    });
  });
}

/**
 * @param {readonly (string | Buffer)[]} parts
 * @returns {string} hexadecimal
 */
export function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update('\n').update(part);
  return hash.digest('hex');
}
