import { FlotillaError } from '../../../../core/error.ts';
import {
  type ImageReference,
  loadRegistry,
  type RegistryCredentials,
  type WritableRegistry,
} from '../../../../images/index.ts';
import type { RegistryChoice } from './pull.ts';
import type { RegistrySettings } from './settings.ts';
import type { Web } from './web.ts';

/** Where an image may be had: for Docker Hub's the mirrors first, and at last its own registry. */
export async function registriesFor(
  named: ImageReference,
  credentials: RegistryCredentials | undefined,
  { mirrors, insecure }: RegistrySettings,
  { fetch }: Web,
): Promise<readonly RegistryChoice[]> {
  const { createRegistry } = await loadRegistry();
  const open = (registry: string, insecureRegistries: readonly string[], known = false): RegistryChoice => ({
    registry: createRegistry({
      fetch,
      insecureRegistries,
      credentialsFor: async () => (known ? credentials : undefined),
    }),
    reference: { ...named, registry },
  });
  const before = named.registry === 'docker.io' ? mirrors.map((mirror) => new URL(mirror)) : [];
  return [
    ...before.map(({ host, protocol }) => open(host, protocol === 'http:' ? [host] : [])),
    open(named.registry, insecure, true),
  ];
}

/** The registry that an image is written to: its own. */
export async function registryToWrite(
  credentials: RegistryCredentials | undefined,
  insecureRegistries: readonly string[],
  { fetch }: Web,
): Promise<WritableRegistry> {
  const { createRegistry } = await loadRegistry();
  return createRegistry({ fetch, insecureRegistries, credentialsFor: async () => credentials });
}

export function badPlatform(text: string): FlotillaError {
  return new FlotillaError('image.not-found', `there is no platform ${JSON.stringify(text)}`, {
    hint: 'It is OS/ARCHITECTURE[/VARIANT], such as linux/arm64.',
  });
}
