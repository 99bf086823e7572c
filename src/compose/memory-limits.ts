import type { ModelPath, Service } from './project.ts';

/** An amount of memory with the key of the service that says it. */
export interface MemoryAmount {
  readonly bytes: number;
  /** Below the service. */
  readonly place: ModelPath;
}

/** Engines give no container less. */
export const leastMemory = 6 * 1024 * 1024;

/** What counts of a service's memory settings: those of `deploy` go before the older ones. Zero means none. */
export function memoryOf({ deploy, mem_limit: limit, mem_reservation: reservation }: Service): {
  readonly limit: MemoryAmount | undefined;
  readonly reservation: MemoryAmount | undefined;
} {
  const { limits, reservations } = deploy?.resources ?? {};
  return {
    limit:
      amount(limits?.memory, ['deploy', 'resources', 'limits', 'memory']) ?? amount(limit, ['mem_limit']),
    reservation:
      amount(reservations?.memory, ['deploy', 'resources', 'reservations', 'memory']) ??
      amount(reservation, ['mem_reservation']),
  };
}

function amount(bytes: number | undefined, place: ModelPath): MemoryAmount | undefined {
  return bytes === undefined || bytes <= 0 ? undefined : { bytes, place };
}
