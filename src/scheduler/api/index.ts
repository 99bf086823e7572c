export { type ContainersRequest, checkServiceNames, listContainers, pickContainer } from './containers.ts';
export { type DownRequest, down, type ProjectRequest, previewDown, type StopRequest, stop } from './down.ts';
export { type LogsRequest, printLogs } from './logs.ts';
export { type PlannedUp, planFor } from './plan.ts';
export {
  createSession,
  type LoadedProject,
  type Operation,
  type Session,
  type SessionRequest,
} from './session.ts';
export { type UpRequest, up } from './up.ts';
export { type ContainerCause, causesOf, type ServiceCauses } from './why.ts';
