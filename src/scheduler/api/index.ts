export { type ContainersRequest, checkServiceNames, listContainers, pickContainer } from './containers.ts';
export { type DownRequest, down, type ProjectRequest, type StopRequest, stop } from './down.ts';
export { type LogsRequest, printLogs } from './logs.ts';
export type { LoadedProject, Operation, Session } from './session.ts';
export { type UpRequest, up } from './up.ts';
