import type { Service, ThrottleDevice } from '../../compose/index.ts';
import type { ResourceSpec, ThrottleSpec } from '../../runtime/index.ts';
import { optional } from './optional.ts';

/** Limits of a service's containers; `deploy.resources` wins over the service's own keys, as in docker compose. */
export function resources(service: Service): ResourceSpec {
  const limits = service.deploy?.resources.limits;
  const reservations = service.deploy?.resources.reservations;
  const cpus = limits?.cpus ?? service.cpus;
  const blkio = service.blkio_config;
  return {
    ...optional('memory', limits?.memory ?? service.mem_limit),
    ...optional('memoryReservation', reservations?.memory ?? service.mem_reservation),
    ...optional('memorySwap', service.memswap_limit),
    ...optional('memorySwappiness', service.mem_swappiness),
    ...optional('nanoCpus', cpus === undefined ? undefined : Math.round(cpus * 1e9)),
    ...optional('cpuShares', service.cpu_shares),
    ...optional('cpuPeriod', service.cpu_period),
    ...optional('cpuQuota', service.cpu_quota),
    ...optional('cpuRealtimePeriod', service.cpu_rt_period),
    ...optional('cpuRealtimeRuntime', service.cpu_rt_runtime),
    ...optional('cpusetCpus', service.cpuset),
    ...optional('cpuCount', service.cpu_count),
    ...optional('cpuPercent', service.cpu_percent),
    ...optional('pidsLimit', limits?.pids ?? service.pids_limit),
    ...optional('oomKillDisable', service.oom_kill_disable),
    ...optional('oomScoreAdjust', service.oom_score_adj),
    ...optional('blkioWeight', blkio?.weight),
    blkioWeightDevices: blkio?.weight_device ?? [],
    blkioReadBps: throttles(blkio?.device_read_bps),
    blkioWriteBps: throttles(blkio?.device_write_bps),
    blkioReadIops: throttles(blkio?.device_read_iops),
    blkioWriteIops: throttles(blkio?.device_write_iops),
  };
}

function throttles(devices: readonly ThrottleDevice[] | undefined): readonly ThrottleSpec[] {
  return (devices ?? []).map(({ path, rate }) => ({ path, rate }));
}
