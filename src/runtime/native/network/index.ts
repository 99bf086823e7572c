export { endpointOfMode } from './bridge.ts';
export { hostsText, resolvConfText } from './name-files.ts';
export { createNetworks } from './networks.ts';
export { type Traffic, trafficOf } from './traffic.ts';
