export { createRegistry, type RegistryOptions } from './client.ts';
export { findComposeProject } from './compose-project.ts';
export type { Fetch } from './fetch.ts';
export type { Descriptor, Manifest } from './manifest.ts';
export { onlyImages, pinImages } from './pin.ts';
export { onlyImagesOfModel, pinModel } from './pin-model.ts';
export { formatReference, type ImageReference, parseReference } from './reference.ts';
export type { Content, Registry, WritableRegistry } from './registry.ts';
