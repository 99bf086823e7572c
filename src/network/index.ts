export * from './attachment.ts';
export * from './desired.ts';
export type * from './spec.ts';
