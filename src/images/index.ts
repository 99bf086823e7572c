export * from './credentials.ts';
export type * from './image.ts';
export * from './policy.ts';
export { isImageReference } from './reference.ts';
