export { type HostsInput, hostsText, type ResolvConfInput, resolvConfText } from './name-files.ts';
export { createNetworks, type NetworksOptions } from './networks.ts';
