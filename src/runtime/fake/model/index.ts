export { removeContainer, renameContainer } from './change.ts';
export { createContainer } from './create.ts';
export { readFile, readRoot, readTree, statPath, writeFile, writeFiles } from './files.ts';
export {
  describe,
  information,
  keptNetworks,
  keptVolumes,
  pruneImages,
  usage,
} from './housekeeping.ts';
export {
  addImage,
  describeImage,
  findImage,
  type ImageDescription,
  imageBytes,
  removeImage,
} from './images.ts';
export { findContainer, isRunning, requireContainer, requireRunning } from './lookup.ts';
export { resolveName } from './names.ts';
export {
  builtInNetworks,
  connectNetwork,
  createNetwork,
  disconnectNetwork,
  removeNetwork,
} from './networks.ts';
export { commandOf, detailsOf, keepImage, observeAll, processTable, snapshot } from './observe.ts';
export {
  endRun,
  pauseContainer,
  requestStop,
  setHealth,
  setPaused,
  startContainer,
  unpauseContainer,
} from './run.ts';
export type {
  EngineState,
  FakeContainer,
  FakeEndpoint,
  FakeFile,
  FakeImage,
  FakeMount,
  FakeNetwork,
  FakeVolume,
  Files,
  RunState,
} from './state.ts';
export { eventOf, type ModelEvent, type Transition } from './transition.ts';
export { createVolume, fillVolume, removeVolume } from './volumes.ts';
