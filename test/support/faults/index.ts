import type { Fault } from './fault.ts';
import { programFaults } from './programs.ts';
import { surroundingFaults } from './surroundings.ts';

export { type Fault, withTestImage } from './fault.ts';

/** By the name of their files in fixtures/faults. */
export const faults: Readonly<Record<string, Fault>> = { ...programFaults, ...surroundingFaults };
