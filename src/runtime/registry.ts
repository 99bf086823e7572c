import { loadRegistry, type Registry } from '../images/index.ts';
import { type CredentialsOptions, registryCredentials } from './registry-credentials.ts';

export interface RegistryAccess extends CredentialsOptions {
  /** Hosts, with their ports, that are spoken to by plain HTTP; those of this machine may be in any case. */
  readonly insecureRegistries?: readonly string[];
}

/** Registries over the network of this machine, with the credentials of docker's configuration. */
export async function openRegistry(access: RegistryAccess): Promise<Registry> {
  const { createRegistry } = await loadRegistry();
  return createRegistry({
    fetch,
    credentialsFor: registryCredentials(access),
    ...(access.insecureRegistries === undefined ? {} : { insecureRegistries: access.insecureRegistries }),
  });
}
