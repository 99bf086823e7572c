import { FlotillaError } from '../../../core/error.ts';
import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './record.ts';

export interface Runtime {
  readonly name: 'crun' | 'runc';
  /** A path of the program that is good while this process lives. */
  readonly program: string;
}

/** What runs a container: what its `runtime` says, else crun, else runc. Throws `engine.capability` when it is not there. */
export function runtimeOf(
  { tools, readOnly }: Pick<Engine, 'tools' | 'readOnly'>,
  { spec }: Pick<ContainerRecord, 'spec'>,
): Runtime {
  const { crun, runc } = tools.runtimes;
  const name = spec.runtime === 'runc' || (spec.runtime !== 'crun' && crun === undefined) ? 'runc' : 'crun';
  const program = name === 'crun' ? crun : runc;
  if (program !== undefined) return { name, program: name === 'crun' ? readOnly(program) : program };
  throw new FlotillaError(
    'engine.capability',
    `services.${spec.service}.runtime: ${name} is not on this machine`,
    { hint: `Install it with \`apt-get install ${name}\`, or remove runtime.` },
  );
}
