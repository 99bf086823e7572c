export { createNetworks, type NetworksOptions } from './networks.ts';
