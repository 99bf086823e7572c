import { cleanPath } from '../paths/index.ts';
import { child, childText, isText, type MappingNode, type Node } from '../tree/node.ts';
import type { Complain } from './complain.ts';

/** Mounts need what their type needs, and two mounts on one place would hide one of them. */
export function checkMounts(service: MappingNode, name: string, complain: Complain): void {
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
  for (const [index, mount] of items(service, 'volumes').entries()) {
    const target = childText(mount, 'target');
    if (target !== undefined) claim(cleanPath(target), 'volumes', index);
    if (childText(mount, 'type') !== 'bind' || (childText(mount, 'source') ?? '') !== '') continue;
    complain(
      ['services', name, 'volumes', index],
      'compose.missing-key',
      'invalid mount config for type "bind": field Source must not be empty',
      'Add "source: ./path", the directory or file of the host.',
    );
  }
  for (const [index, mount] of items(service, 'tmpfs').entries()) {
    if (isText(mount)) claim(mount.value.split(':', 1)[0] ?? mount.value, 'tmpfs', index);
  }
}

function items(service: MappingNode, key: string): readonly Node[] {
  const list = child(service, key);
  return list?.kind === 'sequence' ? list.items : [];
}
