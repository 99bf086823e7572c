export type * from './image.ts';
export * from './policy.ts';
