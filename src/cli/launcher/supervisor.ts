import { chunkLoader } from './chunks.ts';
import { openCodeCache } from './code-cache.ts';
import { keepHeapSmall } from './small-heap.ts';

/** Set by scripts/build.mjs. */
declare const SUPERVISOR_SCRIPT: string;

/** When its start is over: what it has compiled until then is what the next one starts with. */
const settledMs = 2000;

/** What dist/supervisor.cjs runs. Until it is there no container gets healthy, so it starts as fast as it can. */
keepHeapSmall();
const cache = openCodeCache(__dirname, 'supervisor', process.env);
const load = chunkLoader(`${__dirname}/cli/`, SUPERVISOR_SCRIPT, cache);
load('supervisor');
setTimeout(() => cache.refresh(), settledMs).unref();
