import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { CodeCache } from './code-cache.ts';

type ChunkBody = (exports: object, require: (name: string) => unknown, module: { exports: object }) => void;

/**
 * Loads the chunks of the bundle, each at most once. A script is a table of chunks: the first one holds all small
 * chunks, and a chunk that it does not have is alone in the script of its name. Compiled code comes from the cache
 * where it has some.
 */
export function chunkLoader(folder: string, first: string, cache: CodeCache): (name: string) => unknown {
  const bodies = new Map<string, ChunkBody>();
  const loaded = new Map<string, { exports: object }>();
  const readScript = (name: string): void => {
    const filename = folder + name;
    // Scripts are ASCII, and latin1 is read faster than UTF-8.
    const source = readFileSync(filename, 'latin1');
    const cachedData = cache.codeOf(name);
    const script = new Script(source, cachedData === undefined ? { filename } : { filename, cachedData });
    cache.loaded(name, script);
    const table = script.runInThisContext() as Readonly<Record<string, ChunkBody>>;
    for (const chunk of Object.keys(table)) bodies.set(chunk, table[chunk] as ChunkBody);
  };
  const load = (name: string): unknown => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    if (!bodies.has(name)) readScript(name);
    (bodies.get(name) as ChunkBody)(module.exports, requireFromChunk, module);
    return module.exports;
  };
  const requireFromChunk = (name: string) =>
    name.startsWith('./') ? load(name.slice(2)) : requireBuiltin(name);
  readScript(first);
  return load;
}

/** Modules of Node that take a millisecond or more to load: they wait until something in them is touched. */
const slowBuiltins = new Set(
  'child_process crypto dgram dns fs/promises http https net os readline readline/promises stream stream/promises tls tty worker_threads zlib'.split(
    ' ',
  ),
);

function requireBuiltin(name: string): unknown {
  const bare = name.replace(/^node:/, '');
  return slowBuiltins.has(bare) ? lazily(() => require(name)) : require(name);
}

function lazily(load: () => object): object {
  let module: object | undefined;
  const loaded = () => (module ??= load());
  return new Proxy(
    {},
    {
      get: (_, key) => Reflect.get(loaded(), key),
      has: (_, key) => Reflect.has(loaded(), key),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_, key) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(loaded(), key);
        return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
      },
    },
  );
}
