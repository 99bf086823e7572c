export { createNameHost, inheritanceText, type NameHost, readInheritance } from './name-host.ts';
export { type NetworkSockets, serveNames } from './serve-names.ts';
