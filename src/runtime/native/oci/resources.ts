import type { ContainerSpec, ResourceSpec, ThrottleSpec } from '../../spec.ts';
import type { OciResources } from './config.ts';
import type { HostDevices } from './input.ts';
import type { CgroupFeature, MachineFacts } from './machine/facts.ts';
import { refuse } from './refuse.ts';

interface Context {
  readonly spec: ContainerSpec;
  readonly machine: MachineFacts;
  readonly devices: HostDevices;
  readonly note: (text: string) => void;
}

type Limits = Omit<OciResources, 'devices'>;

/** Below this much memory nothing starts. */
const leastMemory = 6 * 1024 * 1024;
const defaultPeriod = 100_000;

/**
 * Limits in the words of cgroups v1. What this machine's control groups lack is left out with a note, as Docker leaves
 * it out with a warning; what contradicts itself throws `engine.request`.
 */
export function limitsOf(context: Context): Limits {
  const memory = memoryOf(context);
  const cpu = cpuOf(context);
  const pids = pidsOf(context);
  const blockIO = blockIoOf(context);
  return {
    ...(memory === undefined ? {} : { memory }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(pids === undefined ? {} : { pids }),
    ...(blockIO === undefined ? {} : { blockIO }),
  };
}

function memoryOf(context: Context): Limits['memory'] {
  const { spec } = context;
  const { memory, memoryReservation, memorySwappiness, oomKillDisable } = spec.resources;
  checkMemory(spec);
  const swap = spec.resources.memorySwap || (memory ? memory * 2 : undefined);
  return unlessEmpty({
    ...given(context, 'memory', 'mem_limit', 'limit', memory || undefined),
    ...given(context, 'memory.reservation', 'mem_reservation', 'reservation', memoryReservation || undefined),
    // Where swap cannot be limited, only a wish that was spoken is worth a note.
    ...(spec.resources.memorySwap || has(context, 'memory.swap')
      ? given(context, 'memory.swap', 'memswap_limit', 'swap', swap)
      : {}),
    ...given(
      context,
      'memory.swappiness',
      'mem_swappiness',
      'swappiness',
      memorySwappiness === -1 ? undefined : memorySwappiness,
    ),
    ...given(
      context,
      'memory.oom-disable',
      'oom_kill_disable',
      'disableOOMKiller',
      oomKillDisable || undefined,
    ),
  });
}

function checkMemory({ service, resources }: ContainerSpec): void {
  const { memory = 0, memoryReservation = 0, memorySwap = 0, memorySwappiness = -1 } = resources;
  const field = (key: string): string => `services.${service}.${key}`;
  if (memory > 0 && memory < leastMemory) {
    throw refuse(field('mem_limit'), `${memory} bytes are too few: 6 MiB are the least`);
  }
  if (memoryReservation > 0 && memory > 0 && memoryReservation > memory) {
    throw refuse(field('mem_reservation'), `${memoryReservation} bytes are more than mem_limit (${memory})`);
  }
  if (memorySwap > 0 && memory === 0) {
    throw refuse(field('memswap_limit'), 'it counts memory and swap, so mem_limit must be set, too');
  }
  if (memorySwap > 0 && memorySwap < memory) {
    throw refuse(field('memswap_limit'), `${memorySwap} bytes are less than mem_limit (${memory})`);
  }
  if (memorySwappiness > 100 || memorySwappiness < -1) {
    throw refuse(field('mem_swappiness'), `${memorySwappiness} is not between 0 and 100`);
  }
}

function cpuOf(context: Context): Limits['cpu'] {
  const { spec, machine } = context;
  const { nanoCpus, cpuShares, cpusetCpus, cpuRealtimePeriod, cpuRealtimeRuntime } = spec.resources;
  checkCpu(spec, machine);
  const quota = nanoCpus ? Math.floor((nanoCpus * defaultPeriod) / 1e9) : spec.resources.cpuQuota;
  const period = nanoCpus ? defaultPeriod : spec.resources.cpuPeriod;
  return unlessEmpty({
    ...given(context, 'cpu.shares', 'cpu_shares', 'shares', cpuShares || undefined),
    ...given(context, 'cpu.quota', nanoCpus ? 'cpus' : 'cpu_quota', 'quota', quota || undefined),
    ...given(context, 'cpu.quota', nanoCpus ? 'cpus' : 'cpu_period', 'period', period || undefined),
    ...given(context, 'cpu.realtime', 'cpu_rt_runtime', 'realtimeRuntime', cpuRealtimeRuntime || undefined),
    ...given(context, 'cpu.realtime', 'cpu_rt_period', 'realtimePeriod', cpuRealtimePeriod || undefined),
    ...given(context, 'cpuset', 'cpuset', 'cpus', cpusetCpus || undefined),
  });
}

function checkCpu({ service, resources }: ContainerSpec, { cpus }: MachineFacts): void {
  const { nanoCpus = 0, cpuPeriod = 0, cpuQuota = 0, cpusetCpus = '' } = resources;
  const field = (key: string): string => `services.${service}.${key}`;
  if (nanoCpus > 0 && (cpuPeriod > 0 || cpuQuota > 0)) {
    throw refuse(field('cpus'), 'it says the same as cpu_quota and cpu_period', 'Remove one of them.');
  }
  if (nanoCpus > cpus * 1e9) {
    throw refuse(field('cpus'), `${nanoCpus / 1e9} are wanted, and this machine has ${cpus}`);
  }
  if (cpuPeriod > 0 && (cpuPeriod < 1000 || cpuPeriod > 1_000_000)) {
    throw refuse(field('cpu_period'), `${cpuPeriod} µs are not between 1 ms and 1 s`);
  }
  if (cpuQuota > 0 && cpuQuota < 1000) throw refuse(field('cpu_quota'), `${cpuQuota} µs are less than 1 ms`);
  if (cpusetCpus === '') return;
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(cpusetCpus)) {
    throw refuse(field('cpuset'), `"${cpusetCpus}" is no list of CPUs`, 'Write it as `0-2,5`.');
  }
  const highest = Math.max(...cpusetCpus.split(/[,-]/).map(Number));
  if (highest >= cpus) {
    throw refuse(field('cpuset'), `CPU ${highest} is wanted, and this machine has 0 to ${cpus - 1}`);
  }
}

function pidsOf(context: Context): Limits['pids'] {
  const { pidsLimit } = context.spec.resources;
  if (pidsLimit === undefined) return undefined;
  return unlessEmpty(
    given(context, 'pids', 'pids_limit', 'limit', pidsLimit <= 0 ? -1 : pidsLimit),
  ) as Limits['pids'];
}

function blockIoOf(context: Context): Limits['blockIO'] {
  const { resources, service } = context.spec;
  const { blkioWeight } = resources;
  if (blkioWeight && (blkioWeight < 10 || blkioWeight > 1000)) {
    throw refuse(`services.${service}.blkio_config.weight`, `${blkioWeight} is not between 10 and 1000`);
  }
  const weights = resources.blkioWeightDevices.map(({ path, weight }) => ({
    ...numbersOf(context, path),
    weight,
  }));
  const throttle = (key: string, entries: readonly ThrottleSpec[]) =>
    given(
      context,
      'blkio.throttle',
      `blkio_config.device_${key}`,
      'rates',
      entries.length === 0
        ? undefined
        : entries.map(({ path, rate }) => ({ ...numbersOf(context, path), rate })),
    ).rates;
  return unlessEmpty(
    withoutUndefined({
      ...given(context, 'blkio.weight', 'blkio_config.weight', 'weight', blkioWeight || undefined),
      ...given(
        context,
        'blkio.weight',
        'blkio_config.weight_device',
        'weightDevice',
        weights.length === 0 ? undefined : weights,
      ),
      throttleReadBpsDevice: throttle('read_bps', resources.blkioReadBps),
      throttleWriteBpsDevice: throttle('write_bps', resources.blkioWriteBps),
      throttleReadIOPSDevice: throttle('read_iops', resources.blkioReadIops),
      throttleWriteIOPSDevice: throttle('write_iops', resources.blkioWriteIops),
    }),
  );
}

/** Paths of the host's disks that limits speak of. */
export function limitedDisks(resources: ResourceSpec): readonly string[] {
  const { blkioWeightDevices, blkioReadBps, blkioWriteBps, blkioReadIops, blkioWriteIops } = resources;
  return [...blkioWeightDevices, ...blkioReadBps, ...blkioWriteBps, ...blkioReadIops, ...blkioWriteIops].map(
    ({ path }) => path,
  );
}

function numbersOf({ spec, devices }: Context, path: string): { major: number; minor: number } {
  const device = devices.bySource[path]?.[0];
  if (device === undefined) {
    throw refuse(`services.${spec.service}.blkio_config`, `there is no device "${path}" on this machine`);
  }
  return { major: device.major, minor: device.minor };
}

/** The value, where the machine has the feature; else nothing and a note. */
function given<Key extends string, Value>(
  context: Context,
  feature: CgroupFeature,
  field: string,
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  if (value === undefined) return {};
  if (has(context, feature)) return { [key]: value } as Record<Key, Value>;
  context.note(
    `services.${context.spec.service}.${field}: the control groups of this machine cannot do that`,
  );
  return {};
}

function has({ machine }: Context, feature: CgroupFeature): boolean {
  return machine.cgroups.features.includes(feature);
}

function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

function unlessEmpty<Value extends object>(value: Value): Value | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
