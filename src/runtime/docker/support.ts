import { FlotillaError } from '../../core/error.ts';
import type { Capabilities } from '../driver.ts';
import { type ApiVersion, formatApiVersion } from './api-version.ts';

export function capabilitiesOf(api: ApiVersion): Capabilities {
  return {
    startInterval: api >= 44,
    manyEndpointsAtCreate: api >= 44,
    imageMounts: api >= 48,
    volumeSubpath: api >= 45,
    interfaceName: api >= 49,
    gatewayPriority: api >= 48,
    disableIpv4: api >= 48,
    annotations: api >= 43,
  };
}

/** Throws `engine.capability` when the engine is too old for a field of the Compose file. */
export function requireApi(api: ApiVersion, needed: ApiVersion, field: string): void {
  if (api >= needed) return;
  throw new FlotillaError(
    'engine.capability',
    `the engine cannot honour ${field}: it speaks API ${formatApiVersion(api)}, and this needs ${formatApiVersion(needed)} (${engineOf(needed)})`,
    { hint: `Update the engine, or remove ${field}.` },
  );
}

/** The engine release that brought an API version, for versions that a field can need. */
function engineOf(api: ApiVersion): string {
  const releases: Readonly<Record<number, string>> = {
    42: 'Docker Engine 23',
    43: 'Docker Engine 24',
    44: 'Docker Engine 25',
    45: 'Docker Engine 26',
    46: 'Docker Engine 27',
    47: 'Docker Engine 27.3',
    48: 'Docker Engine 28',
    49: 'Docker Engine 28.1',
    50: 'Docker Engine 28.2',
  };
  return releases[api] ?? 'a newer Docker Engine';
}
