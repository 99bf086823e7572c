import type { ContainerSpec, DeviceRequestSpec, NamespaceMode, ResourceSpec } from '../spec.ts';
import type { ApiVersion } from './api-version.ts';
import { list, optional, record } from './fields.ts';
import { requireApi } from './support.ts';

const unconfinedPaths = /^systempaths[=:]unconfined$/;
/** A CDI device: `vendor.com/class=name`. */
const cdiDevice = /^[A-Za-z][A-Za-z0-9_.-]*\/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$/;

/** HostConfig but for networks, ports and mounts. */
export function hostConfig(api: ApiVersion, spec: ContainerSpec): Readonly<Record<string, unknown>> {
  if (Object.keys(spec.annotations).length > 0) {
    requireApi(api, 43, `services.${spec.service}.annotations`);
  }
  return {
    ...list('VolumesFrom', spec.volumesFrom),
    ...(spec.restart === undefined
      ? {}
      : {
          RestartPolicy: {
            Name: spec.restart.name,
            ...optional('MaximumRetryCount', spec.restart.maximumRetries),
          },
        }),
    ...list('Dns', spec.dns),
    ...list('DnsOptions', spec.dnsOptions),
    ...list('DnsSearch', spec.dnsSearch),
    ...list('ExtraHosts', spec.extraHosts),
    ...list('GroupAdd', spec.groupAdd),
    ...list('CapAdd', spec.capAdd),
    ...list('CapDrop', spec.capDrop),
    ...namespaces(spec),
    ...security(spec),
    ...optional('Init', spec.init),
    ...optional('AutoRemove', spec.autoRemove),
    ...record('Sysctls', spec.sysctls),
    ...record('StorageOpt', spec.storageOptions),
    ...record('Annotations', spec.annotations),
    ...optional('ShmSize', spec.shmSize),
    ...optional('Runtime', spec.runtime),
    ...optional('Isolation', spec.isolation),
    ...(spec.logging === undefined
      ? {}
      : { LogConfig: { Type: spec.logging.driver ?? '', Config: spec.logging.options } }),
    ...devices(api, spec),
    ...resources(spec.resources),
  };
}

function namespaces(spec: ContainerSpec): Readonly<Record<string, unknown>> {
  return {
    ...optional('IpcMode', namespaceText(spec.ipc)),
    ...optional('PidMode', namespaceText(spec.pid)),
    ...optional('UTSMode', spec.uts),
    ...optional('UsernsMode', spec.userns),
    ...optional('CgroupnsMode', spec.cgroup),
    ...optional('CgroupParent', spec.cgroupParent),
  };
}

function namespaceText(mode: NamespaceMode | undefined): string | undefined {
  if (mode === undefined) return undefined;
  return mode.kind === 'container' ? `container:${mode.container}` : mode.mode;
}

function security(spec: ContainerSpec): Readonly<Record<string, unknown>> {
  const unconfined = spec.securityOptions.some((option) => unconfinedPaths.test(option));
  return {
    ...(spec.privileged ? { Privileged: true } : {}),
    ...(spec.readOnly ? { ReadonlyRootfs: true } : {}),
    ...list(
      'SecurityOpt',
      spec.securityOptions.filter((option) => !unconfinedPaths.test(option)),
    ),
    // Not an option of the API: docker's clients empty the two lists instead.
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}

function devices(api: ApiVersion, spec: ContainerSpec): Readonly<Record<string, unknown>> {
  const isCdi = (device: ContainerSpec['devices'][number]): boolean => cdiDevice.test(device.source);
  const cdi = spec.devices.filter(isCdi).map(({ source }) => source);
  if (cdi.length > 0) requireApi(api, 44, `services.${spec.service}.devices (${cdi[0]})`);
  const requests = [
    ...spec.deviceRequests.map(deviceRequest),
    ...(cdi.length === 0 ? [] : [{ Driver: 'cdi', DeviceIDs: cdi }]),
  ];
  return {
    ...list(
      'Devices',
      spec.devices
        .filter((device) => !isCdi(device))
        .map(({ source, target, permissions }) => ({
          PathOnHost: source,
          PathInContainer: target,
          CgroupPermissions: permissions,
        })),
    ),
    ...list('DeviceCgroupRules', spec.deviceCgroupRules),
    ...list('DeviceRequests', requests),
    ...list(
      'Ulimits',
      spec.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    ),
  };
}

function deviceRequest(request: DeviceRequestSpec): unknown {
  return {
    ...optional('Driver', request.driver),
    ...optional('Count', request.count),
    ...list('DeviceIDs', request.deviceIds),
    ...(request.capabilities.length === 0 ? {} : { Capabilities: [request.capabilities] }),
    ...record('Options', request.options),
  };
}

function resources(spec: ResourceSpec): Readonly<Record<string, unknown>> {
  const throttles = (entries: ResourceSpec['blkioReadBps']) =>
    entries.map(({ path, rate }) => ({ Path: path, Rate: rate }));
  return {
    ...optional('Memory', spec.memory),
    ...optional('MemoryReservation', spec.memoryReservation),
    ...optional('MemorySwap', spec.memorySwap),
    ...optional('MemorySwappiness', spec.memorySwappiness),
    ...optional('NanoCpus', spec.nanoCpus),
    ...optional('CpuShares', spec.cpuShares),
    ...optional('CpuPeriod', spec.cpuPeriod),
    ...optional('CpuQuota', spec.cpuQuota),
    ...optional('CpuRealtimePeriod', spec.cpuRealtimePeriod),
    ...optional('CpuRealtimeRuntime', spec.cpuRealtimeRuntime),
    ...optional('CpusetCpus', spec.cpusetCpus),
    ...optional('CpuCount', spec.cpuCount),
    ...optional('CpuPercent', spec.cpuPercent),
    ...optional('PidsLimit', spec.pidsLimit),
    ...optional('OomKillDisable', spec.oomKillDisable),
    ...optional('OomScoreAdj', spec.oomScoreAdjust),
    ...optional('BlkioWeight', spec.blkioWeight),
    ...list(
      'BlkioWeightDevice',
      spec.blkioWeightDevices.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    ),
    ...list('BlkioDeviceReadBps', throttles(spec.blkioReadBps)),
    ...list('BlkioDeviceWriteBps', throttles(spec.blkioWriteBps)),
    ...list('BlkioDeviceReadIOps', throttles(spec.blkioReadIops)),
    ...list('BlkioDeviceWriteIOps', throttles(spec.blkioWriteIops)),
  };
}
