import type { Capabilities } from './driver.ts';

/** Of an engine that lacks nothing. */
export const allCapabilities: Capabilities = {
  startInterval: true,
  manyEndpointsAtCreate: true,
  imageMounts: true,
  volumeSubpath: true,
  interfaceName: true,
  gatewayPriority: true,
  disableIpv4: true,
  annotations: true,
};
