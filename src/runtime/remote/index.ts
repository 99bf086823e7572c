import type { RemoteProjects } from '../../compose/index.ts';
import type { RegistryAccess } from '../registry.ts';
import { fetchGit } from './git.ts';
import { isInside } from './inside.ts';
import { fetchOci } from './oci.ts';
import { openStore } from './store.ts';

export interface RemoteOptions extends RegistryAccess {
  readonly signal?: AbortSignal;
}

/** Remote projects by way of git and registries, kept in the user's cache. */
export function createRemoteProjects(options: RemoteOptions): RemoteProjects {
  const store = openStore(options);
  return {
    fetch: (reference) =>
      reference.startsWith('oci://')
        ? fetchOci(reference, store, options)
        : fetchGit(reference, store, options),
    isInside,
  };
}
