export type * from './compose/index.ts';
export { loadProject, renderProject, selectServices } from './compose/index.ts';
export type { ErrorCode } from './core/codes.ts';
export type { Diagnostic, SourcePoint, SourceRange } from './core/diagnostic.ts';
export { DiagnosticsError, FlotillaError } from './core/error.ts';
export type { ContainerId, ProjectName, ServiceName, StepId } from './core/ids.ts';
export type * from './runtime/index.ts';
export { connect } from './runtime/index.ts';
export type * from './scheduler/index.ts';
export {
  down,
  Follower,
  formatPlan,
  listContainers,
  pickContainer,
  printLogs,
  stop,
  systemClock,
  up,
} from './scheduler/index.ts';
