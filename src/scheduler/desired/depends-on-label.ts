import type { Service } from '../../compose/index.ts';
import { type ServiceName, serviceName } from '../../core/ids.ts';
import { compareBytes } from '../../core/text.ts';

/** `db:service_healthy:false,queue:service_started:true`, by which commands without a file know the order. */
export function dependsOnLabel(service: Service): string {
  return [...(service.depends_on ?? [])]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([name, dependency]) => `${name}:${dependency.condition}:${dependency.restart ?? false}`)
    .join(',');
}

/** The services that a label's container depends on; text that is no triple names only the service. */
export function parseDependsOnLabel(label: string | undefined): readonly ServiceName[] {
  return (label ?? '')
    .split(',')
    .map((entry) => entry.split(':')[0] ?? '')
    .filter((name) => name !== '')
    .map(serviceName);
}
