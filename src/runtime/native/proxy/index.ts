export { proxyPorts } from './proxy-ports.ts';
