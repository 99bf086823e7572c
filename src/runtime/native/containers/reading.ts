import { type CpuTimes, cpuPercent } from '../../cpu-percent.ts';
import type { ContainerStats } from '../../driver.ts';
import type { Traffic } from '../network/index.ts';
import type { GroupStats } from '../oci/index.ts';

/** What was counted of a container at some moment. */
export interface Reading {
  readonly group: GroupStats;
  /** Absent when its networks could not be looked at. */
  readonly traffic: Traffic | undefined;
  readonly machine: Omit<CpuTimes, 'used'>;
  /** Bytes that the machine has. */
  readonly memory: number;
}

/** Of the later one of two readings. */
export function statsOf(before: Reading, { group, traffic, machine, memory: most }: Reading): ContainerStats {
  const { cpu, memory, blockIo, processes } = group;
  const times: CpuTimes | undefined =
    before.group.cpu === undefined ? undefined : { ...before.machine, used: before.group.cpu };
  return {
    ...(cpu === undefined || times === undefined
      ? {}
      : { cpu: cpuPercent(times, { ...machine, used: cpu }) }),
    ...(memory === undefined ? {} : { memory: { used: memory.used, limit: Math.min(memory.limit, most) } }),
    ...(traffic === undefined ? {} : { network: traffic }),
    ...(blockIo === undefined ? {} : { blockIo }),
    ...(processes === undefined ? {} : { processes }),
    missing: [
      ...(cpu === undefined ? [uncounted('processor time')] : []),
      ...(memory === undefined ? [uncounted('memory')] : []),
      ...(blockIo === undefined ? [uncounted('what goes from and to disks')] : []),
      ...(processes === undefined ? [uncounted('processes')] : []),
      ...(traffic === undefined ? ['the networks of its processes cannot be looked at'] : []),
    ],
  };
}

function uncounted(what: string): string {
  return `the control groups of this machine do not count ${what}`;
}
