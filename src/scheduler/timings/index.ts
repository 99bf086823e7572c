export type { ServiceTimings, StepTiming, Timings } from './model.ts';
export { type OtlpTraces, otlpTraces } from './otlp.ts';
export type { Phase } from './phases.ts';
export { phases } from './phases.ts';
export { type TimedRun, timingsOf } from './timings.ts';
