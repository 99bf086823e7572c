export { byName } from './by-name.ts';
export type { EventListener } from './event-bus.ts';
export { execute } from './execute.ts';
export type { ExecuteOptions, Lanes, RunResult, SettledStep } from './options.ts';
