// @ts-check
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, digest, withLock } from '../cache.mjs';
import { ApiError, callEngine } from '../engine/api.mjs';
import { systemName } from '../packages.mjs';
import { writeArchive } from './archive.mjs';
import { recipes } from './recipes.mjs';

/** @typedef {'busybox' | 'nginx' | 'redis' | 'postgres' | 'shop-web' | 'shop-app'} ImageName */

const here = dirname(fileURLToPath(import.meta.url));
/** Tells of which state of its recipe an image was made. */
const keyLabel = 'flotilla.recipe';

/**
 * The name under which an engine has the image. `localhost` keeps every tool from looking for it on the internet.
 * @param {ImageName} name
 */
export function imageReference(name) {
  return `localhost/flotilla/${name}`;
}

/**
 * Sees to it that an engine has the image: made once per machine, kept in the cache, loaded where it is missing.
 * @param {string} host
 * @param {ImageName} name
 * @param {(line: string) => void} say for what takes long
 * @returns {Promise<string>} its reference
 */
export async function ensureImage(host, name, say) {
  const reference = imageReference(name);
  const key = recipeKey(name);
  await withLock(`image-${name}-${digest([host]).slice(0, 12)}`, async () => {
    if ((await loadedKey(host, reference)) === key) return;
    const archive = await archiveOf(name, key, say);
    const answer = await callEngine(host, 'POST', '/images/load?quiet=1', {
      stream: createReadStream(archive),
    });
    if ((await loadedKey(host, reference)) !== key) {
      throw new Error(`The engine did not take the image ${reference}: ${JSON.stringify(answer)}`);
    }
  });
  return reference;
}

/**
 * The image as an archive that `docker load` and the native engine take; made once per machine.
 * @param {ImageName} name
 * @param {(line: string) => void} say for what takes long
 * @returns {Promise<string>} its path
 */
export async function imageArchive(name, say) {
  return await archiveOf(name, recipeKey(name), say);
}

/**
 * @param {string} host
 * @param {string} reference
 * @returns {Promise<string | undefined>}
 */
async function loadedKey(host, reference) {
  try {
    const image = await callEngine(host, 'GET', `/images/${reference}/json`);
    return image.Config?.Labels?.[keyLabel];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * @param {ImageName} name
 * @param {string} key
 * @param {(line: string) => void} say
 */
async function archiveOf(name, key, say) {
  const folder = cacheFolder('images');
  const archive = join(folder, `${name}-${key}.tar`);
  const recipe = recipes[name];
  if (recipe === undefined) throw new Error(`There is no recipe for an image "${name}".`);
  // Not behind the lock: another image may be in the making.
  if (existsSync(archive)) return archive;
  await withLock('image-build', async () => {
    if (existsSync(archive)) return;
    say(`making the image ${imageReference(name)}`);
    const scratch = mkdtempSync(join(folder, 'new-'));
    try {
      const root = join(scratch, 'root');
      mkdirSync(root);
      await recipe.fill(root);
      const config = { ...recipe.config, Labels: { [keyLabel]: key } };
      const image = {
        reference: `${imageReference(name)}:latest`,
        root,
        config,
        owners: recipe.owners ?? {},
      };
      await writeArchive(image, scratch, archive);
      removeOlder(folder, name, key);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
  return archive;
}

/**
 * @param {string} folder
 * @param {ImageName} name
 * @param {string} key
 */
function removeOlder(folder, name, key) {
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith(`${name}-`) && entry !== `${name}-${key}.tar`)
      rmSync(join(folder, entry), { force: true });
  }
}

/** @param {ImageName} name */
function recipeKey(name) {
  const inputs = [here, ...(recipes[name]?.inputs ?? [])].flatMap(filesBelow);
  const machine = [systemName(), process.arch, process.version];
  return digest([
    name,
    ...machine,
    ...inputs.flatMap((file) => [file.slice(here.length), readFileSync(file)]),
  ]).slice(0, 16);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
