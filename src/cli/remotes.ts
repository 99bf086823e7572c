import { nodeFiles, type RemoteProjects } from '../compose/index.ts';
import type { CommandContext } from './command.ts';

/** Fetches git and `oci://` references. What that takes is loaded with the first of them. */
export function remotesOf({ global, io }: Pick<CommandContext, 'global' | 'io'>): RemoteProjects {
  let opened: Promise<RemoteProjects> | undefined;
  const open = () => {
    opened ??= import('../runtime/index.ts').then(({ remoteProjects }) =>
      remoteProjects({
        environment: io.environment,
        home: io.home,
        files: nodeFiles(),
        insecureRegistries: global.insecureRegistry,
      }),
    );
    return opened;
  };
  // A branch may move between two looks at it: what was looked at once stays what it was.
  const fetched = new Map<string, ReturnType<RemoteProjects['fetch']>>();
  return {
    fetch: (reference) => {
      const known = fetched.get(reference) ?? open().then((remotes) => remotes.fetch(reference));
      fetched.set(reference, known);
      return known;
    },
    isInside: async (folder, path) => (await open()).isInside(folder, path),
  };
}
