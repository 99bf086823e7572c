export { bakeFile } from './bake-file.ts';
export * from './build.ts';
export * from './credentials.ts';
export type * from './image.ts';
export * from './policy.ts';
export { digestHasNoPush } from './push.ts';
export { checkDigest, collect, digestOf, verified } from './registry/content.ts';
export type {
  Content,
  Fetch,
  Registry,
  RegistryOptions,
  WritableRegistry,
} from './registry/index.ts';
export { type Descriptor, type Manifest, type Platform, parseManifest } from './registry/manifest.ts';
export {
  familiar,
  formatReference,
  type ImageReference,
  isDigest,
  parseReference,
} from './registry/reference.ts';

/** The registry client and what is built on it, loaded when it is asked for: few commands need it. */
export const loadRegistry = () => import('./registry/index.ts');
