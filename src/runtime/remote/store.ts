import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';

/** Copies of remote projects, each under a name that stands for its contents. */
export interface Store {
  /**
   * The folder of that name. When it is not there or not whole, `fill` makes it in a scratch folder that then takes its
   * place at once, so that two who need it at a time never see half of it.
   */
  keep(
    name: string,
    isWhole: (folder: string) => Promise<boolean>,
    fill: (folder: string) => Promise<void>,
  ): Promise<string>;
}

export interface StoreOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The store that docker compose uses too: paths in it are part of what both write to containers. */
export function openStore({ environment, home }: StoreOptions): Store {
  const given = environment['XDG_CACHE_HOME'] ?? '';
  const root = join(isAbsolute(given) ? given : join(home, '.cache'), 'docker-compose');
  return {
    async keep(name, isWhole, fill) {
      const folder = join(root, name);
      if (await isWhole(folder)) return folder;
      const scratch = await makeScratch(root);
      try {
        const fresh = join(scratch, 'fresh');
        await mkdir(fresh, { mode: 0o700 });
        await fill(fresh);
        await replace(folder, fresh, join(scratch, 'broken'), isWhole);
        return folder;
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

const scratchPrefix = '.fetching-';
const hourMs = 60 * 60 * 1000;

async function makeScratch(root: string): Promise<string> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const scratch = await mkdtemp(join(root, scratchPrefix));
    await sweep(root, (await stat(scratch)).mtimeMs - hourMs);
    return scratch;
  } catch (error) {
    throw new FlotillaError(
      'compose.remote',
      `cannot write to the cache ${quote(root)}: ${messageOf(error)}`,
      {
        hint: 'Name another folder in XDG_CACHE_HOME.',
        cause: error,
      },
    );
  }
}

/** Takes away what commands have left that were killed. */
async function sweep(root: string, before: number): Promise<void> {
  for (const name of await readdir(root)) {
    const path = join(root, name);
    if (!name.startsWith(scratchPrefix)) continue;
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}

/** Someone else may be faster, which is as good; what is broken makes room. */
async function replace(
  folder: string,
  fresh: string,
  broken: string,
  isWhole: (folder: string) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await systemErrorOf(rename(fresh, folder));
    if (failure === undefined || (await isWhole(folder))) return;
    if (!isThere.has(failure.code ?? '') || attempt === mostAttempts) throw failure;
    await systemErrorOf(rename(folder, `${broken}-${attempt}`));
  }
}

const mostAttempts = 10;
const isThere: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

function systemErrorOf(work: Promise<void>): Promise<NodeJS.ErrnoException | undefined> {
  return work.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
}
