import type { Report } from '../report.ts';
import { child, childText, type MappingNode, type Node } from '../tree/node.ts';

/**
 * Lists of ports are joined when files are merged. One container port on two ports of the host, each from another file,
 * is what happens to who wanted to replace the first.
 */
export function checkPorts(service: MappingNode, name: string, report: Report): void {
  const ports = child(service, 'ports');
  if (ports?.kind !== 'sequence') return;
  const earlier = new Map<string, Node>();
  for (const [index, port] of ports.items.entries()) {
    const published = childText(port, 'published') ?? '';
    const target = child(port, 'target');
    if (published === '' || target?.kind !== 'scalar') continue;
    const key = `${target.value}/${childText(port, 'protocol') ?? 'tcp'}`;
    const other = earlier.get(key);
    if (other === undefined) earlier.set(key, port);
    else if (other.origin.source !== port.origin.source && childText(other, 'published') !== published) {
      report.warn(
        'compose.merge',
        `services.${name}.ports[${index}]: container port ${target.value} is published on ${published} here and stays published on ${childText(other, 'published')} by ${other.origin.source.file}.`,
        {
          at: port.origin,
          path: ['services', name, 'ports', index],
          hint: 'Ports of several files are added up. To replace the earlier ones write "ports: !override" in this file.',
        },
      );
    }
  }
}
