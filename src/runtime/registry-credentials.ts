import { findCredentials, parseCredentialConfig, type RegistryCredentials } from '../images/index.ts';
import type { ConnectOptions } from './connect.ts';
import { configDirOf } from './docker-config.ts';
import { runCommand } from './process.ts';

export type CredentialsOptions = Pick<ConnectOptions, 'configDir' | 'environment' | 'home' | 'files'>;

/**
 * Looks credentials up in docker's configuration, which is read once and only when first asked for. Undefined is
 * anonymous; rejects with `image.denied` when the configuration or a credential helper is broken.
 */
export function registryCredentials(
  options: CredentialsOptions,
): (reference: string, signal?: AbortSignal) => Promise<RegistryCredentials | undefined> {
  const { environment, files } = options;
  const path = `${configDirOf(options)}/config.json`;
  let config: ReturnType<typeof readConfig> | undefined;
  const readConfig = async () => parseCredentialConfig(await readOptional(files, path), path);
  return async (reference, signal) => {
    config ??= readConfig();
    return await findCredentials(reference, await config, (name, server) =>
      runCommand([`docker-credential-${name}`, 'get'], { environment, input: server }, signal),
    );
  };
}

async function readOptional(files: CredentialsOptions['files'], path: string): Promise<string> {
  try {
    return await files.readText(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
