export type * from './compose/index.ts';
export {
  explainValue,
  lintProject,
  loadProject,
  nodeFiles,
  renderProject,
  selectServices,
} from './compose/index.ts';
export type { Clock } from './core/clock.ts';
export type { ErrorCode } from './core/codes.ts';
export type { Diagnostic, FramedRange, SourcePoint, SourceRange } from './core/diagnostic.ts';
export { DiagnosticsError, FlotillaError } from './core/error.ts';
export type { ContainerId, ProjectName, ServiceName, StepId } from './core/ids.ts';
export type * from './runtime/fake/index.ts';
export { createFakeClock, createFakeEngine } from './runtime/fake/index.ts';
export type * from './runtime/index.ts';
export { connect, projectLock, remoteProjects, systemClock } from './runtime/index.ts';
export type * from './scheduler/index.ts';
export {
  archiveOf,
  build,
  causesOf,
  commit,
  containerEvents,
  copyContainers,
  copyFrom,
  copyInto,
  createSession,
  down,
  exportOf,
  Follower,
  formatPlan,
  kill,
  listContainerImages,
  listContainers,
  listProcesses,
  listProjects,
  openWatch,
  otlpTraces,
  pause,
  pickContainer,
  pickEvenStopped,
  planFor,
  policyFromDocument,
  previewBuild,
  previewDown,
  previewKill,
  previewPause,
  previewPull,
  previewPush,
  previewRemove,
  previewRestart,
  previewStart,
  previewStop,
  previewUnpause,
  printLogs,
  pruneContainers,
  pruneEngine,
  pruneNetworks,
  pruneVolumes,
  publishedPort,
  pull,
  push,
  remove,
  restart,
  start,
  stop,
  timingsOf,
  unpause,
  up,
  waitForEnds,
  watchStats,
} from './scheduler/index.ts';
