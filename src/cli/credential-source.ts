import { readFile } from 'node:fs/promises';
import { findCredentials, parseCredentialConfig, type RegistryCredentials } from '../images/index.ts';
import { runCommand } from '../runtime/index.ts';
import type { Io } from './io.ts';

/** Looks credentials up where `docker login` put them; the file is read when the first image is pulled. */
export function credentialSource(io: Io): (reference: string) => Promise<RegistryCredentials | undefined> {
  const path = `${io.environment['DOCKER_CONFIG'] || `${io.home}/.docker`}/config.json`;
  let text: Promise<string> | undefined;
  return async (reference) => {
    text ??= readFile(path, 'utf8').catch(() => '');
    return findCredentials(reference, parseCredentialConfig(await text, path), (name, server) =>
      runCommand([`docker-credential-${name}`, 'get'], { environment: io.environment, input: server }),
    );
  };
}
