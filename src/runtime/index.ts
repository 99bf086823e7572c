export * from './connect.ts';
export * from './copy/index.ts';
export { type DockerConfig, readDockerConfig } from './docker-config.ts';
export type * from './driver.ts';
export type * from './housekeeping.ts';
export type * from './image-verbs.ts';
export * from './lock/index.ts';
export { type ModelCall, type ModelRunner, prepareModel } from './models/index.ts';
export type * from './observed.ts';
export * from './process.ts';
export {
  type ProviderCall,
  type ProviderRunner,
  type ProviderVariables,
  runProvider,
} from './providers/index.ts';
export { fitsFilter, hasLabel } from './prune-filter.ts';
export * from './registry.ts';
export * from './registry-credentials.ts';
export * from './remote-projects.ts';
export type * from './spec.ts';
export { systemClock } from './system-clock.ts';
