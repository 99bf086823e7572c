export { createNameHost, inheritanceText, type NameHost, readInheritance } from './name-host.ts';
export { type NetworkSockets, type ServedNames, type ServeNamesOptions, serveNames } from './serve-names.ts';
