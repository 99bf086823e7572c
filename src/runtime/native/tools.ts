import { FlotillaError, messageOf } from '../../core/error.ts';
import type { Tools } from './engine.ts';
import { findTools, type MachineFacts } from './oci/index.ts';

export interface ToolOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Why there is no Docker engine, when one was looked for first. */
  readonly dockerFailure?: unknown;
}

/** Throws `engine.not-found` that lists what the machine lacks, and the command that installs it. */
export function chooseTools(machine: MachineFacts, { environment, dockerFailure }: ToolOptions): Tools {
  const { paths, missing, install } = findTools(machine, environment);
  const { crun, runc, conmon } = paths;
  if (missing.length > 0 || conmon === undefined) {
    const here =
      dockerFailure === undefined ? '' : `there is no Docker engine (${messageOf(dockerFailure)}), and `;
    throw new FlotillaError(
      'engine.not-found',
      `${here}the native engine cannot run containers on this machine: it lacks ${missing.join('; ')}`,
      {
        hint: install === undefined ? 'Run `flotilla doctor`.' : `Install it with \`${install}\`.`,
        ...(dockerFailure === undefined ? {} : { cause: dockerFailure }),
      },
    );
  }
  return {
    runtimes: { ...(crun === undefined ? {} : { crun }), ...(runc === undefined ? {} : { runc }) },
    conmon,
  };
}
