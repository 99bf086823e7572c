export type * from './explain/explanation.ts';
export { explainValue } from './explain.ts';
export { onContentChange } from './extension/settings.ts';
export type { ContentFiles, FileContent, FileContents } from './file-contents.ts';
export { readFileContents } from './file-contents.ts';
export { canonicalService, type HashOptions, networkHash, serviceHash, volumeHash } from './hash/index.ts';
export {
  addressesOverlap,
  crowdedPort,
  type PortClaim,
  portClaims,
  rangeOf,
  replicaCount,
  sharedPorts,
} from './host-ports.ts';
export type * from './lint/result.ts';
export { knownLintCodes, lintProject } from './lint.ts';
export { loadProject } from './load.ts';
export type * from './load-options.ts';
export { leastMemory, type MemoryAmount, memoryOf } from './memory-limits.ts';
export type { Dialect } from './model/codec.ts';
export { envFileVariables, gitReference, modelRedaction, modelVariables } from './on-demand.ts';
export type * from './project.ts';
export { refusedValues } from './refused/index.ts';
export { type RenderOptions, renderModel, renderProject } from './render/index.ts';
export { dependenciesOf, dependencyOrder, dependentsOf } from './select/graph.ts';
export { type SelectOptions, selectServices, UnknownServiceError } from './select/index.ts';
export { withDefaultPlatform } from './select/platform.ts';
export type { GitReference } from './source/git-reference.ts';
export { nodeFiles } from './source/node-files.ts';
export type { ModelVariable } from './variables/index.ts';
