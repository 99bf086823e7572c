export * from './desired.ts';
export * from './mounts.ts';
export type * from './spec.ts';
