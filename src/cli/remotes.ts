import { nodeFiles, type RemoteProjects } from '../compose/index.ts';
import type { CommandContext } from './command.ts';

/**
 * Fetches git and `oci://` references; what that takes is loaded with the first of them. Ctrl+C ends a fetch, which
 * takes its half copy away, and then the command.
 */
export function remotesOf({ global, io }: Pick<CommandContext, 'global' | 'io'>): RemoteProjects {
  const open = async (signal?: AbortSignal) => {
    const { remoteProjects } = await import('../runtime/index.ts');
    return remoteProjects({
      environment: io.environment,
      home: io.home,
      files: nodeFiles(),
      insecureRegistries: global.insecureRegistry,
      ...(signal === undefined ? {} : { signal }),
    });
  };
  const fetch = async (reference: string) => {
    const { interruptible } = await import('./interrupts.ts');
    return interruptible(io, async (signal) => (await open(signal)).fetch(reference));
  };
  // A branch may move between two looks at it: what was looked at once stays what it was.
  const fetched = new Map<string, ReturnType<RemoteProjects['fetch']>>();
  return {
    fetch: (reference) => {
      const known = fetched.get(reference) ?? fetch(reference);
      fetched.set(reference, known);
      return known;
    },
    isInside: async (folder, path) => (await open()).isInside(folder, path),
  };
}
