import { labels } from '../../core/labels.ts';
import type { EndpointSpec, NetworkAttachment } from '../../network/index.ts';
import type { ContainerSpec } from '../../runtime/index.ts';

export interface OneOffOptions {
  readonly name: string;
  readonly slug: string;
  readonly aliases: boolean;
  readonly autoRemove: boolean;
}

/** What runs once, from what a replica of the service would be: nobody takes it for one. */
export function oneOffSpec(replica: ContainerSpec, options: OneOffOptions): ContainerSpec {
  const { number: _number, restart: _restart, ...spec } = replica;
  const { [labels.containerNumber]: _label, ...own } = spec.labels;
  return {
    ...spec,
    name: options.name,
    labels: { ...own, [labels.oneOff]: 'True', [labels.slug]: options.slug },
    network: attachment(spec.network, options),
    // Its input ends with whoever has it run.
    ...(spec.stdinOpen ? { stdinOnce: true } : {}),
    ...(options.autoRemove ? { autoRemove: true } : {}),
  };
}

function attachment(network: NetworkAttachment, options: OneOffOptions): NetworkAttachment {
  if (network.kind !== 'networks') return network;
  const known = (endpoint: EndpointSpec): readonly string[] =>
    options.aliases ? [...new Set([options.name, ...endpoint.aliases])] : [options.name];
  return {
    ...network,
    endpoints: network.endpoints.map((endpoint) => ({ ...endpoint, aliases: known(endpoint) })),
  };
}
