export { type BuildRequest, build, previewBakeFile, previewBuild } from './build.ts';
export { type ContainersRequest, checkServiceNames, listContainers, pickContainer } from './containers.ts';
export {
  archiveOf,
  type CopyContainersRequest,
  type CopyFromRequest,
  type CopyIntoRequest,
  commit,
  copyContainers,
  copyFrom,
  copyInto,
  exportOf,
  pickEvenStopped,
} from './copy.ts';
export { type DownRequest, down, previewDown } from './down.ts';
export { containerEvents, type EventsRequest } from './events.ts';
export {
  type EnginePruneRequest,
  type Pruned,
  type PrunedEngine,
  type PruneRequest,
  pruneContainers,
  pruneEngine,
  pruneNetworks,
  pruneVolumes,
} from './housekeeping.ts';
export { type ContainerImage, type ImagesRequest, listContainerImages } from './images.ts';
export {
  previewRestart,
  previewStart,
  previewStop,
  type RestartRequest,
  restart,
  type StartRequest,
  type StopRequest,
  start,
  stop,
} from './lifecycle.ts';
export { type LogsRequest, printLogs } from './logs.ts';
export { type PauseRequest, pause, previewPause, previewUnpause, unpause } from './pause.ts';
export { type PlannedUp, planFor } from './plan.ts';
export { type ContainerProcesses, listProcesses, type ProcessesRequest } from './processes.ts';
export type { ProjectRequest } from './project-request.ts';
export { type ListedProject, listProjects } from './projects.ts';
export { type PublishedPort, type PublishedPortRequest, publishedPort } from './published-port.ts';
export { type PullRequest, previewPull, pull } from './pull.ts';
export { type PushRequest, previewPush, push } from './push.ts';
export {
  type KillRequest,
  kill,
  previewKill,
  previewRemove,
  type RemoveRequest,
  remove,
} from './remove.ts';
export {
  createSession,
  type LoadedProject,
  type Operation,
  type Session,
  type SessionRequest,
} from './session.ts';
export { type ListedStats, type StatsRequest, watchStats } from './stats.ts';
export { type UpRequest, up } from './up.ts';
export { type EndedContainer, type WaitRequest, waitForEnds } from './wait.ts';
export { type OpenWatch, openWatch, type WatchRequest } from './watch.ts';
export { type ContainerCause, causesOf, type ServiceCauses } from './why.ts';
