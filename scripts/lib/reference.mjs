// @ts-check
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openApt, unpack } from './apt.mjs';
import { cacheFolder, withLock } from './cache.mjs';

/**
 * The program that Flotilla is compared with: docker compose v2 or later, from the newest Debian suite. It runs without
 * the docker command.
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its path
 */
export async function referenceCompose(say) {
  return process.env['FLOTILLA_REFERENCE_COMPOSE'] ?? dockerPlugin('docker-compose', say);
}

/**
 * A plugin of the docker CLI, unpacked into the cache so that the machine's packages stay as they are.
 * @param {'docker-compose' | 'docker-buildx'} name
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its path
 */
export async function dockerPlugin(name, say) {
  const folder = join(cacheFolder('reference'), name);
  const program = join(folder, 'usr/libexec/docker/cli-plugins', name);
  return withLock('reference', async () => {
    if (existsSync(program)) return program;
    say(`fetching ${name} from Debian`);
    const apt = await openApt('sid');
    const scratch = mkdtempSync(join(cacheFolder('reference'), 'new-'));
    try {
      const root = join(scratch, 'root');
      await unpack(await apt.download([name]), root);
      rmSync(folder, { recursive: true, force: true });
      renameSync(root, folder);
      rmSync(cacheFolder('apt', 'sid'), { recursive: true, force: true });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    return program;
  });
}
