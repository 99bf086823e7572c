export * from './credentials.ts';
export type * from './image.ts';
export * from './policy.ts';
export type { Registry, RegistryOptions } from './registry/index.ts';

/** The registry client and what is built on it, loaded when it is asked for: few commands need it. */
export const loadRegistry = () => import('./registry/index.ts');
