import { FlotillaError } from '../../../core/error.ts';
import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './record.ts';

export interface Runtime {
  readonly name: 'crun' | 'runc';
  /** Path of the program. */
  readonly program: string;
}

/** What runs a container: what its `runtime` says, else crun, else runc. Throws `engine.capability` when it is not there. */
export function runtimeOf(
  { tools }: Pick<Engine, 'tools'>,
  { spec }: Pick<ContainerRecord, 'spec'>,
): Runtime {
  const { crun, runc } = tools.runtimes;
  const name = spec.runtime === 'runc' || (spec.runtime !== 'crun' && crun === undefined) ? 'runc' : 'crun';
  const program = name === 'crun' ? crun : runc;
  if (program !== undefined) return { name, program };
  throw new FlotillaError(
    'engine.capability',
    `services.${spec.service}.runtime: ${name} is not on this machine`,
    { hint: `Install it with \`apt-get install ${name}\`, or remove runtime.` },
  );
}
