import type { RemoteProjects } from '../compose/index.ts';
import type { RemoteOptions } from './remote/index.ts';

export type { RemoteOptions } from './remote/index.ts';

/** Where `loadProject` gets git and `oci://` references from; nothing is loaded before the first of them turns up. */
export function remoteProjects(options: RemoteOptions): RemoteProjects {
  let opened: Promise<RemoteProjects> | undefined;
  const open = () => {
    opened ??= import('./remote/index.ts').then(({ createRemoteProjects }) => createRemoteProjects(options));
    return opened;
  };
  return {
    fetch: async (reference) => (await open()).fetch(reference),
    isInside: async (folder, path) => (await open()).isInside(folder, path),
  };
}
