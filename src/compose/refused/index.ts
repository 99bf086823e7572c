import { refusedAddresses } from './addresses.ts';
import { refusedPorts } from './ports.ts';
import type { Refused, RefusedIn } from './refused.ts';
import { refusedReplicas } from './replicas.ts';
import { refusedWords } from './words.ts';

export type { Refused, RefusedIn } from './refused.ts';

/**
 * Values that any text may be as far as the file is concerned, and that an engine refuses when it is too late: after
 * images were pulled and networks made. `up` refuses them beforehand, and `lint` tells of them.
 */
export function refusedValues(project: RefusedIn): readonly Refused[] {
  return [
    ...refusedWords(project),
    ...refusedAddresses(project),
    ...refusedPorts(project),
    ...refusedReplicas(project),
  ];
}
