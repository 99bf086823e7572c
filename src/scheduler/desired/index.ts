export { replicaCount } from '../../compose/index.ts';
export { carriedFiles, filesVolume } from './carried-files.ts';
export { containerName, containerSpec, stopTimeout } from './container-spec.ts';
export {
  type ContentChange,
  type ContentDigests,
  contentChanges,
  contentDigests,
  parseContentDigests,
} from './content.ts';
export { contentFaults } from './content-faults.ts';
export { definitionChanges, type FieldChange, formatChange } from './definition.ts';
export { parseDependsOnLabel } from './depends-on-label.ts';
export { injectedFiles } from './files.ts';
export { hookContainerSpec } from './hook-container.ts';
export { impossibleSettings } from './impossible.ts';
export { withModels } from './models.ts';
export { oneOffSpec } from './one-off.ts';
export { providedServices, withoutProviders, withVariables } from './providers.ts';
export { unsupportedSettings } from './unsupported.ts';
