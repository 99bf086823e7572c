export type * from './driver.ts';
export type * from './observed.ts';
export type * from './spec.ts';
