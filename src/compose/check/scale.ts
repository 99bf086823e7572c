import { quote } from '../../core/text.ts';
import type { Resource, Service } from '../project.ts';
import type { Complain } from './complain.ts';

const suffix = ': invalid compose project';

/** Settings that exist twice must not differ, and a fixed name fits one container only. */
export function checkScale(service: Service, complain: Complain): void {
  const { name, deploy } = service;
  const path = ['services', name];
  const replicas = deploy?.replicas;
  if (service.scale !== undefined && replicas !== undefined && service.scale !== replicas) {
    complain(
      [...path, 'scale'],
      'compose.conflict',
      `services.${name}: can't set distinct values on 'scale' and 'deploy.replicas'${suffix}`,
      'Keep one of the two.',
    );
  }
  if (service.scale !== undefined && service.scale < 0) {
    complain(
      [...path, 'scale'],
      'compose.invalid-value',
      `services.${name}.scale: invalid negative scale ${service.scale}${suffix}`,
      'Write 0 or more.',
    );
  }
  if (replicas !== undefined && replicas < 0) {
    complain(
      [...path, 'deploy', 'replicas'],
      'compose.invalid-value',
      `services.${name}.deploy.replicas: must be greater than or equal to 0`,
      'Write 0 or more.',
    );
  }
  const count = service.scale ?? replicas ?? 1;
  if (service.container_name !== undefined && service.container_name !== '' && count > 1) {
    complain(
      [...path, 'container_name'],
      'compose.conflict',
      `services.${name}: can't set container_name and scale, ${quote(service.container_name)} can name only one of ${count} containers${suffix}`,
      'Remove container_name.',
    );
  }
  const { limits, reservations } = deploy?.resources ?? {};
  const twice: readonly (readonly [
    string,
    number | undefined,
    string,
    Resource | undefined,
    keyof Resource,
  ])[] = [
    ['cpus', service.cpus, 'limits', limits, 'cpus'],
    ['mem_limit', service.mem_limit, 'limits', limits, 'memory'],
    ['mem_reservation', service.mem_reservation, 'reservations', reservations, 'memory'],
    ['pids_limit', service.pids_limit, 'limits', limits, 'pids'],
  ];
  for (const [key, value, group, resource, other] of twice) {
    if (!value || resource === undefined || resource[other] === value) continue;
    complain(
      [...path, key],
      'compose.conflict',
      `services.${name}: can't set distinct values on '${key}' and 'deploy.resources.${group}.${other}'${suffix}`,
      `Remove "${key}", and set "deploy.resources.${group}.${other}" instead.`,
    );
  }
}
