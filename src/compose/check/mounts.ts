import type { Service } from '../project.ts';
import type { Complain } from './complain.ts';

/** Two mounts on one place hide one of them. */
export function checkMounts(service: Service, complain: Complain): void {
  const taken = new Map<string, string>();
  const claim = (target: string, key: 'volumes' | 'tmpfs', index: number): void => {
    const here = `services.${service.name}.${key}[${index}]`;
    const other = taken.get(target);
    if (other === undefined) taken.set(target, here);
    else {
      complain(
        ['services', service.name, key, index],
        'compose.conflict',
        `${here}: target ${target} already mounted as ${other}`,
        'Give each mount a place of its own, or remove one.',
      );
    }
  };
  for (const [index, mount] of (service.volumes ?? []).entries())
    if (mount.target !== undefined) claim(mount.target, 'volumes', index);
  for (const [index, mount] of (service.tmpfs ?? []).entries())
    claim(mount.split(':', 1)[0] ?? mount, 'tmpfs', index);
}
