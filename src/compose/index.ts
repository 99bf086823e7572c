export type * from './load-options.ts';
export type * from './project.ts';
