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
  const path = `\0flotilla-${name}`;
  let lock = await tryListen(path);
  while (lock === undefined) {
    await pause(100);
    lock = await tryListen(path);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/**
 * @param {string} path
 * @returns {Promise<import('node:net').Server | undefined>} undefined when another process listens there
 */
function tryListen(path) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
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
