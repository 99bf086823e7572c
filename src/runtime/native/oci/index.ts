export { allCapabilities, capabilitySets } from './capabilities.ts';
export {
  freeze,
  groupFolders,
  groupProcesses,
  isFrozen,
  killGroup,
  oomCounter,
  oomKills,
  removeCgroup,
} from './cgroup/groups.ts';
export { type GroupStats, groupStats } from './cgroup/stats.ts';
export { commandOf } from './command.ts';
export { configText, type OciConfig } from './config.ts';
export { readHostDevices } from './host-devices.ts';
export { resolveIdentity } from './identity.ts';
export type * from './input.ts';
export type { MachineFacts } from './machine/facts.ts';
export { machineFacts } from './machine/machine-facts.ts';
export { type MountPoint, mountPoints } from './machine/proc.ts';
export { type RuntimeView, runtimeView } from './machine/runtime-view.ts';
export { findTools, toolVersion } from './machine/tools.ts';
export { runtimeWrap } from './machine/wrap.ts';
export { chooseNamespaces } from './namespaces.ts';
export { cannotHonour, refuse, refuseWhatIsMissing } from './refuse.ts';
export { runtimeConfig } from './runtime-config.ts';
export { runtimeWords } from './runtime-words.ts';
export { type SeccompCache, seccompCache } from './seccomp/compiled.ts';
