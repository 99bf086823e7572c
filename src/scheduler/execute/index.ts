export { createEventBus, type EventBus, type EventListener } from './event-bus.ts';
export { execute } from './execute.ts';
export type { ExecuteOptions, Lanes, RunResult, SettledStep, StartingContainer } from './options.ts';
