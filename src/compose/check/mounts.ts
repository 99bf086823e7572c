import type { Service } from '../project.ts';
import { child, childText, type MappingNode } from '../tree/node.ts';
import type { Complain } from './complain.ts';

/** Every mount has a place, and a bind mount names what it mounts; else there is no path to resolve. */
export function checkMounts(
  service: MappingNode,
  name: string,
  resolvesPaths: boolean,
  complain: Complain,
): void {
  const volumes = child(service, 'volumes');
  if (volumes?.kind !== 'sequence') return;
  for (const [index, mount] of volumes.items.entries()) {
    if (mount.kind === 'mapping' && (childText(mount, 'target') ?? '') === '') {
      complain(
        ['services', name, 'volumes', index],
        'compose.missing-key',
        `service volume services.${name}.volumes[${index}] is missing a mount target`,
        'Add "target: /path", the place in the container.',
      );
    }
    if (!resolvesPaths) continue;
    if (childText(mount, 'type') !== 'bind' || (childText(mount, 'source') ?? '') !== '') continue;
    complain(
      ['services', name, 'volumes', index],
      'compose.missing-key',
      'invalid mount config for type "bind": field Source must not be empty',
      'Add "source: ./path", the directory or file of the host.',
    );
  }
}

/** Two mounts on one place would hide one of them. */
export function checkTargets({ name, volumes = [], tmpfs = [] }: Service, complain: Complain): void {
  const taken = new Map<string, string>();
  const claim = (target: string, key: 'volumes' | 'tmpfs', index: number): void => {
    const here = `services.${name}.${key}[${index}]`;
    const other = taken.get(target);
    if (other === undefined) taken.set(target, here);
    else {
      complain(
        ['services', name, key, index],
        'compose.conflict',
        `${here}: target ${target} already mounted as ${other}`,
        'Give each mount a place of its own, or remove one.',
      );
    }
  };
  for (const [index, { target }] of volumes.entries()) claim(target, 'volumes', index);
  for (const [index, mount] of tmpfs.entries()) claim(mount.split(':', 1)[0] ?? mount, 'tmpfs', index);
}
