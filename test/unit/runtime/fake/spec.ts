import { projectName, serviceName } from '../../../../src/core/ids.ts';
import { labels } from '../../../../src/core/labels.ts';
import type { ContainerSpec } from '../../../../src/runtime/index.ts';
import { plainSpec } from '../../../support/plain-spec.ts';

/** A container of a service, as plain as can be. */
export function specOf(service: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const project = projectName('shop');
  return {
    ...plainSpec,
    project,
    service: serviceName(service),
    name: `shop-${service}-1`,
    image: service,
    labels: { [labels.project]: project, [labels.service]: service, [labels.configHash]: service },
    ...more,
  };
}

export const healthcheck = { kind: 'probe', test: ['CMD', 'true'] } as const;
