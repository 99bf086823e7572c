import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import type { Capabilities } from '../driver.ts';
import type { ContainerSpec } from '../spec.ts';

/** Refuses a spec that asks for what a switched-off capability would bring. */
export function checkCapabilities(spec: ContainerSpec, capabilities: Capabilities): void {
  const endpoints = spec.network.kind === 'networks' ? spec.network.endpoints : [];
  const { healthcheck, mounts } = spec;
  const wants: readonly (readonly [keyof Capabilities, string, boolean])[] = [
    [
      'startInterval',
      'healthcheck.start_interval',
      healthcheck?.kind === 'probe' && healthcheck.startInterval !== undefined,
    ],
    ['imageMounts', 'volumes[].type: image', mounts.some((mount) => mount.kind === 'image')],
    [
      'volumeSubpath',
      'volumes[].volume.subpath',
      mounts.some((mount) => mount.kind === 'volume' && mount.subpath !== undefined && mount.file !== true),
    ],
    [
      'interfaceName',
      'networks.*.interface_name',
      endpoints.some((endpoint) => endpoint.interfaceName !== undefined),
    ],
    [
      'gatewayPriority',
      'networks.*.gw_priority',
      endpoints.some((endpoint) => endpoint.gatewayPriority !== undefined),
    ],
    ['annotations', 'annotations', Object.keys(spec.annotations).length > 0],
  ];
  const missing = wants.find(([capability, , isWanted]) => isWanted && !capabilities[capability]);
  if (missing === undefined) return;
  throw new FlotillaError(
    'engine.capability',
    `cannot create container ${quote(spec.name)}: this engine has no ${missing[1]}`,
    { hint: 'Take the setting out of the file, or use a newer engine.' },
  );
}
