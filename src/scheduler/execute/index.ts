export type { EventListener } from './event-bus.ts';
export { execute } from './execute.ts';
export type { ExecuteOptions, RunResult } from './options.ts';
