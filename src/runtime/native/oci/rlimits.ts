import type { ContainerSpec } from '../../spec.ts';
import type { OciProcess } from './config.ts';
import type { MachineFacts } from './machine/facts.ts';
import { refuse } from './refuse.ts';

/** The limits of setrlimit(2) by their names in Compose files. */
export const limitNames =
  'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );

/** A process cannot raise its hard limits without CAP_SYS_RESOURCE, so they are asked for within the machine's. */
export function rlimitsOf(
  spec: ContainerSpec,
  machine: MachineFacts,
  note: (text: string) => void,
): OciProcess['rlimits'] {
  return spec.ulimits.map(({ name, soft, hard }) => {
    const field = `services.${spec.service}.ulimits.${name}`;
    if (!limitNames.includes(name)) throw refuse(field, 'Linux has no such limit');
    const wanted = { soft: unlimited(soft), hard: unlimited(hard) };
    if (wanted.soft > wanted.hard) throw refuse(field, `soft (${soft}) is above hard (${hard})`);
    const highest = machine.hardLimits[name] ?? Number.POSITIVE_INFINITY;
    if (wanted.hard > highest) {
      note(
        `${field}: ${hard === -1 ? 'no limit' : hard} was asked for, and ${highest} is the most that this machine allows`,
      );
    }
    return {
      type: `RLIMIT_${name.toUpperCase()}`,
      soft: Math.min(wanted.soft, highest),
      hard: Math.min(wanted.hard, highest),
    };
  });
}

function unlimited(value: number): number {
  return value < 0 ? Number.POSITIVE_INFINITY : value;
}
