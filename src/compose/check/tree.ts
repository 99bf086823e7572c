import type { ModelPath } from '../project.ts';
import type { Report } from '../report.ts';
import { child, childText, isNull, type MappingNode, type Node } from '../tree/node.ts';
import { originAt } from '../tree/path.ts';
import type { Complain } from './complain.ts';
import { checkMounts } from './mounts.ts';
import { checkPorts } from './ports.ts';

/** Rules about one value or one resource that the schema cannot say, on the tree with long forms and defaults. */
export function checkTree(root: Node, resolvesPaths: boolean, report: Report): void {
  const complain: Complain = (path, code, message, hint) =>
    report.error(code, message, { at: originAt(root, path), path, hint });
  eachEntry(root, ['volumes'], (volume, path) => checkExternal(volume, path, report));
  for (const section of ['configs', 'secrets']) {
    eachEntry(root, [section], (resource, path) => checkFileObject(section, resource, path, report));
  }
  eachEntry(root, ['services'], (service, path) => {
    checkService(service, path, report);
    checkContainerName(service, path, complain);
    checkMounts(service, String(path[1]), resolvesPaths, complain);
    checkPorts(service, String(path[1]), report);
  });
}

function eachEntry(root: Node, path: ModelPath, check: (node: MappingNode, path: ModelPath) => void): void {
  const section = child(root, String(path[0]));
  if (section?.kind !== 'mapping') return;
  for (const [name, { value }] of section.entries)
    if (value.kind === 'mapping') check(value, [...path, name]);
}

function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true;
}

function checkExternal(resource: MappingNode, path: ModelPath, report: Report): void {
  if (!isTrue(child(resource, 'external'))) return;
  for (const [key, entry] of resource.entries) {
    if (key === 'name' || key === 'external' || key.startsWith('x-') || isNull(entry.value)) continue;
    report.error(
      'compose.conflict',
      `${path.join('.')}: conflicting parameters "external" and ${JSON.stringify(key)} specified`,
      {
        at: entry.key,
        path: [...path, key],
        hint: `Something external is not created here, so ${JSON.stringify(key)} cannot apply: remove one of the two.`,
      },
    );
  }
}

function checkFileObject(section: string, resource: MappingNode, path: ModelPath, report: Report): void {
  const sources = section === 'configs' ? ['file', 'environment', 'content'] : ['file', 'environment'];
  const given = ['file', 'environment', 'content'].filter((key) => resource.entries.has(key));
  const at = resource.origin;
  if (given.length > 1) {
    report.error(
      'compose.conflict',
      `${path.join('.')}: ${given.join('|')} attributes are mutually exclusive`,
      {
        at: resource.entries.get(given[1] ?? '')?.key ?? at,
        path,
        hint: 'Keep the one that holds the content.',
      },
    );
  } else if (
    given.length === 0 &&
    !isTrue(child(resource, 'external')) &&
    childText(resource, 'driver') === undefined
  ) {
    const message = `${path.join('.')}: one of ${sources.join('|')} must be set`;
    const details = { at, path, hint: `Add "${sources[0]}: ./path".` };
    // Whoever says that a config is not external gets an empty one from docker compose.
    if (section === 'configs' && resource.entries.has('external'))
      report.warn('compose.missing-key', message, details);
    else report.error('compose.missing-key', message, details);
  }
}

/** Engines refuse shorter names. A variable that is still there can become anything. */
function checkContainerName(service: MappingNode, path: ModelPath, complain: Complain): void {
  const name = childText(service, 'container_name');
  if (name === undefined || name.includes('$') || containerName.test(name)) return;
  complain(
    [...path, 'container_name'],
    'compose.invalid-value',
    `${path.join('.')}.container_name '${name}' does not match pattern '${containerName.source}'`,
    'A name has two letters or digits at least, such as "shop-web".',
  );
}

const containerName = /[a-zA-Z0-9][a-zA-Z0-9_.-]+/;

function checkService(service: MappingNode, path: ModelPath, report: Report): void {
  const requests = [...listOf(child(service, 'gpus'))];
  const reserved = child(child(child(child(service, 'deploy'), 'resources'), 'reservations'), 'devices');
  for (const request of [...requests, ...listOf(reserved)]) {
    const count = child(request, 'count');
    if (count === undefined || child(request, 'device_ids') === undefined) continue;
    report.error('compose.conflict', `${path.join('.')}: "count" and "device_ids" attributes are exclusive`, {
      at: request.origin,
      path,
      hint: 'Ask for a number of devices or for certain ones.',
    });
  }
  for (const [index, port] of [...listOf(child(service, 'ports'))].entries()) {
    if (port.kind === 'mapping' && isNull(child(port, 'target'))) {
      report.error(
        'compose.missing-key',
        `service ports ${path.join('.')}.ports[${index}] is missing a target port`,
        {
          at: port.origin,
          path: [...path, 'ports', index],
          hint: 'Add "target:", the port in the container.',
        },
      );
    }
    const address = child(port, 'host_ip');
    const text = address?.kind === 'scalar' ? String(address.value ?? '') : '';
    if (address === undefined || text === '' || isAddress(text)) continue;
    report.error('compose.invalid-value', `${path.join('.')}.ports[${index}]: invalid ip address: ${text}`, {
      at: address.origin,
      path: [...path, 'ports', index, 'host_ip'],
      hint: 'Write an IPv4 or IPv6 address of this machine.',
    });
  }
  for (const [index, device] of listOf(child(service, 'devices')).entries()) {
    if (device.kind !== 'mapping' || !isNull(child(device, 'target'))) continue;
    report.error(
      'compose.missing-key',
      `service device ${path.join('.')}.devices[${index}] is missing a mount target`,
      {
        at: device.origin,
        path: [...path, 'devices', index],
        hint: 'Add "target: /dev/…", the name of the device in the container.',
      },
    );
  }
  for (const [index, rule] of [...listOf(child(child(service, 'develop'), 'watch'))].entries()) {
    const watched = child(rule, 'path');
    if (watched?.kind !== 'scalar' || watched.value !== '') continue;
    report.error(
      'compose.invalid-value',
      `${path.join('.')}.develop.watch[${index}].path: value can't be blank`,
      { at: watched.origin, path, hint: 'Name the file or folder to watch, "." for all.' },
    );
  }
}

function listOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'sequence' ? node.items : [];
}

function isAddress(text: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%.+)?$/.test(text);
}
