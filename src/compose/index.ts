export { canonicalService, type HashOptions, networkHash, serviceHash, volumeHash } from './hash/index.ts';
export { loadProject } from './load.ts';
export type * from './load-options.ts';
export type { Dialect } from './model/codec.ts';
export type * from './project.ts';
export { type RenderOptions, renderModel, renderProject } from './render/index.ts';
export { dependenciesOf, dependencyOrder, dependentsOf } from './select/graph.ts';
export { type SelectOptions, selectServices, UnknownServiceError } from './select/index.ts';
export { nodeFiles } from './source/node-files.ts';
