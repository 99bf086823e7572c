// @ts-check
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openApt, unpack } from './apt.mjs';
import { cacheFolder, withLock } from './cache.mjs';
import { which } from './run.mjs';

/**
 * The registry server of Debian's package docker-registry: the installed one, else one that is unpacked into the cache,
 * because to install it would start a service.
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its path
 */
export async function registryProgram(say) {
  const installed = which('docker-registry');
  if (installed !== undefined) return installed;
  const folder = join(cacheFolder('registry'), 'root');
  const program = join(folder, 'usr/bin/docker-registry');
  return withLock('registry', async () => {
    if (existsSync(program)) return program;
    say('fetching docker-registry from Debian');
    const apt = await openApt();
    const scratch = mkdtempSync(join(cacheFolder('registry'), 'new-'));
    try {
      await unpack(await apt.download(['docker-registry']), join(scratch, 'root'));
      rmSync(folder, { recursive: true, force: true });
      renameSync(join(scratch, 'root'), folder);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    return program;
  });
}
