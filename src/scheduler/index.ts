export * from './api/index.ts';
export type * from './events.ts';
export type { EventListener, RunResult, SettledStep } from './execute/index.ts';
export { byName } from './execute/index.ts';
export {
  displayNameOf,
  type EndNews,
  Follower,
  type FollowerOptions,
  type NamedNews,
  type OutputSink,
} from './follow/index.ts';
export {
  formatPlan,
  type OneOff,
  type Plan,
  type PlanDocument,
  policyFromDocument,
  type Question,
  type Step,
  type StepKind,
  type UpPolicy,
} from './plan/index.ts';
export * from './timings/index.ts';
export type { WatchNews } from './watch/index.ts';
