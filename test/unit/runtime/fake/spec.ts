import { projectName, serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ContainerSpec } from '../../../../src/runtime/index.ts';

/** A container of a service, as plain as can be. */
export function specOf(service: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const project = projectName('shop');
  return {
    project,
    service: serviceName(service),
    name: `shop-${service}-1`,
    image: service,
    environment: [],
    labels: { [labels.project]: project, [labels.service]: service, [labels.configHash]: service },
    annotations: {},
    tty: false,
    stdinOpen: false,
    mounts: [],
    volumesFrom: [],
    network: { kind: 'none' },
    ports: [],
    expose: [],
    dns: [],
    dnsOptions: [],
    dnsSearch: [],
    extraHosts: [],
    readOnly: false,
    privileged: false,
    capAdd: [],
    capDrop: [],
    groupAdd: [],
    securityOptions: [],
    sysctls: {},
    ulimits: [],
    devices: [],
    deviceCgroupRules: [],
    deviceRequests: [],
    resources: {
      blkioWeightDevices: [],
      blkioReadBps: [],
      blkioWriteBps: [],
      blkioReadIops: [],
      blkioWriteIops: [],
    },
    storageOptions: {},
    ...more,
  };
}

export const healthcheck = { kind: 'probe', test: ['CMD', 'true'] } as const;
