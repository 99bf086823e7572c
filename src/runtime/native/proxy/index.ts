export { type ProxyOptions, proxyPorts } from './proxy-ports.ts';
