import type { Dependency, Service } from '../../compose/index.ts';
import { type ServiceName, serviceName } from '../../core/ids.ts';
import { compareBytes } from '../../core/text.ts';

/** `db:service_healthy:false,queue:service_started:true`, by which commands without a file know the order. */
export function dependsOnLabel(service: Service): string {
  return [...(service.depends_on ?? [])]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([name, dependency]) => `${name}:${dependency.condition}:${dependency.restart ?? false}`)
    .join(',');
}

/** What a label's container depends on; text that is no triple names only the service. */
export function parseDependsOnLabel(label: string | undefined): ReadonlyMap<ServiceName, Dependency> {
  const entries = (label ?? '').split(',').map((entry) => entry.split(':'));
  return new Map(
    entries
      .filter(([name = '']) => name !== '')
      .map(([name = '', condition, restart]) => [
        serviceName(name),
        {
          condition: conditions.find((known) => known === condition) ?? 'service_started',
          restart: restart === 'true',
          required: true,
        },
      ]),
  );
}

const conditions: readonly Dependency['condition'][] = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
];
