import { serviceName } from '../../src/core/ids.ts';
import type { BuildSpec } from '../../src/images/index.ts';

/** A build in which nothing is asked for. */
export const plainBuild: BuildSpec = {
  service: serviceName('web'),
  tags: ['shop-web'],
  context: '/shop/web',
  args: {},
  labels: {},
  platforms: [],
  cacheFrom: [],
  cacheTo: [],
  noCache: false,
  noCacheFilter: [],
  pull: false,
  extraHosts: [],
  ulimits: [],
  privileged: false,
  entitlements: [],
  ssh: [],
  secrets: [],
  contexts: {},
};
