import type { EngineVersion } from '../driver.ts';
import { formatApiVersion } from './api-version.ts';
import type { EngineClient } from './client.ts';
import type { VersionBody } from './wire.ts';

export async function engineVersion(client: EngineClient, signal?: AbortSignal): Promise<EngineVersion> {
  const body = await client.json<VersionBody>(
    { method: 'GET', path: '/version', task: "read the engine's version" },
    signal,
  );
  return {
    product: client.isPodman
      ? 'Podman Engine'
      : body.Platform?.Name?.replace(/ - Community$/, '') || 'Docker Engine',
    version: body.Version ?? '',
    apiVersion: formatApiVersion(client.api),
    os: body.Os ?? '',
    arch: body.Arch ?? '',
  };
}
