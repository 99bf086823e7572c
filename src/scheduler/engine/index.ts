export type { RunNode, RunObserver, RunOptions } from './options.ts';
export type { Outcome } from './outcome.ts';
export { runGraph } from './run.ts';
