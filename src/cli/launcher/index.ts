import { writeSync } from 'node:fs';
import { versionLine } from '../../core/version.ts';
import { chunkLoader } from './chunks.ts';
import { openCodeCache } from './code-cache.ts';
import { keepHeapSmall } from './small-heap.ts';

/** Set by scripts/build.mjs: the first script, the chunk to start with, and the names that have a code cache of their own. */
declare const FIRST_SCRIPT: string;
declare const ENTRY_CHUNK: string;
declare const COMMAND_NAMES: readonly string[];
declare const LEAST_NODE: readonly [major: number, minor: number];

/** They live long enough for their memory to matter; for the others, what it takes to say so would be more than the gain. */
const busyCommands: readonly string[] = ['up', 'down', 'run', 'create', 'scale', 'start', 'restart', 'logs'];

/** What `bin.flotilla` runs: it loads as little as it can and hands over to the first chunk. */
if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `error: Flotilla needs Node ${LEAST_NODE.join('.')} or newer; this is Node ${process.versions.node}\n` +
      'hint: "node --version" tells which one the PATH finds\n',
  );
  process.exitCode = 1;
} else if (!answersAtOnce(process.argv.slice(2))) {
  start();
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
}

/** `flotilla version` is one line, for which nothing has to be loaded. What cannot be written is the program's to tell. */
function answersAtOnce(words: readonly string[]): boolean {
  if (words.length !== 1 || words[0] !== 'version') return false;
  try {
    writeSync(1, `${versionLine}\n`);
    return true;
  } catch {
    return false;
  }
}

function start(): void {
  const words = process.argv.slice(2);
  const command = words.find((word) => COMMAND_NAMES.includes(word)) ?? 'help';
  if (busyCommands.includes(command)) keepHeapSmall();
  const cache = openCodeCache(__dirname, command, process.env);
  const load = chunkLoader(`${__dirname}/cli/`, FIRST_SCRIPT, cache);
  const { run } = load(ENTRY_CHUNK) as { run(): Promise<number> };
  run().then((exitCode) => {
    if (exitCode === 0) cache.refresh();
    process.exit(exitCode);
  });
}
