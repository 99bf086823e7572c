export { type ServeNamesOptions, serveNames } from './serve-names.ts';
