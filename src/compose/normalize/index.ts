import type { Lookup } from '../interpolate/index.ts';
import { cleanPath } from '../paths/index.ts';
import {
  child,
  childText,
  isNull,
  isText,
  type MappingNode,
  mapEntries,
  mapItems,
  mapping,
  mappingOf,
  type Node,
  scalar,
  withEntry,
} from '../tree/node.ts';

export { setDefaults } from './defaults.ts';

export interface NormalizeOptions {
  readonly projectName: string;
  readonly lookup: Lookup;
}

/** Says explicitly what the rest of the program relies on: networks, dependencies, names. */
export function normalize(root: Node, { projectName, lookup }: NormalizeOptions): Node {
  if (root.kind !== 'mapping') return root;
  let tree: MappingNode = root;
  const services = child(tree, 'services');
  if (services?.kind === 'mapping') {
    const normal = mapEntries(services, (_, { value }) =>
      value.kind === 'mapping' ? normalService(value, lookup) : value,
    );
    tree = withDefaultNetwork(withEntry(tree, 'services', normal), normal);
  }
  for (const section of ['networks', 'volumes', 'configs', 'secrets']) {
    const resources = child(tree, section);
    if (resources?.kind === 'mapping') tree = withEntry(tree, section, named(resources, projectName));
  }
  return tree;
}

/** `NETWORK_MODE: service:x` and friends, each an implicit dependency. */
const sharedNamespaces = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

function normalService(service: MappingNode, lookup: Lookup): Node {
  let result = joinDefaultNetwork(service);
  if (childText(result, 'pull_policy') === 'if_not_present') {
    result = withEntry(
      result,
      'pull_policy',
      scalar('missing', child(result, 'pull_policy')?.origin ?? result.origin),
    );
  }
  const build = child(result, 'build');
  if (build?.kind === 'mapping') result = withEntry(result, 'build', normalBuild(build, lookup));
  const environment = child(result, 'environment');
  if (environment?.kind === 'mapping')
    result = withEntry(result, 'environment', passThrough(environment, lookup, 'keep'));
  const volumes = child(result, 'volumes');
  if (volumes?.kind === 'sequence') result = withEntry(result, 'volumes', mapItems(volumes, cleanTarget));
  return inheritImage(withImplicitDependencies(result));
}

function joinDefaultNetwork(service: MappingNode): MappingNode {
  if (child(service, 'provider') !== undefined || !isNull(child(service, 'network_mode'))) return service;
  const networks = child(service, 'networks');
  const empty = isNull(networks) || (networks?.kind === 'mapping' && networks.entries.size === 0);
  return empty ? withEntry(service, 'networks', mappingOf(service.origin, { default: null })) : service;
}

function normalBuild(build: MappingNode, lookup: Lookup): Node {
  let result = build;
  if (isNull(child(build, 'dockerfile')) && isNull(child(build, 'dockerfile_inline'))) {
    result = withEntry(result, 'dockerfile', scalar('Dockerfile', build.origin));
  }
  const args = child(result, 'args');
  if (args?.kind === 'mapping') return withEntry(result, 'args', passThrough(args, lookup, 'drop'));
  // A list is still one only where variables stay as they are, and then no name has a value.
  return args?.kind === 'sequence' ? withEntry(result, 'args', mapItems(args, withValue)) : result;
}

function withValue(pair: Node): Node | undefined {
  return isText(pair) && !pair.value.includes('=') ? undefined : pair;
}

/** Keys without value take the project environment's; `drop` leaves out those that have none there. */
function passThrough(values: MappingNode, lookup: Lookup, unset: 'keep' | 'drop'): Node {
  return mapEntries(values, (key, { value }) => {
    if (!isNull(value)) return value;
    const found = lookup(key);
    if (found !== undefined) return scalar(found, value.origin);
    return unset === 'keep' ? value : undefined;
  });
}

function cleanTarget(mount: Node): Node {
  const target = child(mount, 'target');
  if (mount.kind !== 'mapping' || !isText(target)) return mount;
  const clean = cleanPath(target.value);
  return clean === target.value ? mount : withEntry(mount, 'target', scalar(clean, target.origin));
}

/** A pre_start hook without an image runs in the service's. */
function inheritImage(service: MappingNode): MappingNode {
  const hooks = child(service, 'pre_start');
  const image = child(service, 'image');
  if (hooks?.kind !== 'sequence' || !isText(image)) return service;
  const inherited = mapItems(hooks, (hook) =>
    hook.kind === 'mapping' && isNull(child(hook, 'image')) ? withEntry(hook, 'image', image) : hook,
  );
  return withEntry(service, 'pre_start', inherited);
}

function withImplicitDependencies(service: MappingNode): MappingNode {
  const implied = new Map<string, { readonly restart: boolean; readonly at: Node }>();
  const links = child(service, 'links');
  if (links?.kind === 'sequence') {
    for (const link of links.items)
      if (isText(link)) implied.set(link.value.split(':', 1)[0] ?? '', { restart: true, at: link });
  }
  for (const key of sharedNamespaces) {
    const value = child(service, key);
    if (isText(value) && value.value.startsWith('service:'))
      implied.set(value.value.slice('service:'.length), { restart: true, at: value });
  }
  const volumesFrom = child(service, 'volumes_from');
  if (volumesFrom?.kind === 'sequence') {
    for (const source of volumesFrom.items) {
      if (!isText(source) || source.value.startsWith('container:')) continue;
      const name = source.value.split(':', 1)[0] ?? '';
      if (!implied.has(name)) implied.set(name, { restart: false, at: source });
    }
  }
  if (implied.size === 0) return service;
  const declared = child(service, 'depends_on');
  const entries = new Map(declared?.kind === 'mapping' ? declared.entries : []);
  for (const [name, { restart, at }] of implied) {
    if (entries.has(name)) continue;
    const edge = { condition: 'service_started', restart, required: true };
    entries.set(name, { key: at.origin, value: mappingOf(at.origin, edge) });
  }
  return withEntry(service, 'depends_on', mapping(entries, declared?.origin ?? service.origin));
}

/** The default network exists only when a service joins it. */
function withDefaultNetwork(root: MappingNode, services: MappingNode): MappingNode {
  const used = [...services.entries.values()].some(({ value }) => {
    const networks = child(value, 'networks');
    return networks?.kind === 'mapping' && networks.entries.has('default');
  });
  const networks = child(root, 'networks');
  const declared = networks?.kind === 'mapping' ? networks : mapping(new Map(), root.origin);
  if (used && !declared.entries.has('default')) {
    return withEntry(root, 'networks', withEntry(declared, 'default', mapping(new Map(), root.origin)));
  }
  return root;
}

function named(resources: MappingNode, projectName: string): Node {
  return mapEntries(resources, (key, { value }) => {
    const resource = isNull(value) ? mapping(new Map(), value.origin) : value;
    if (resource.kind !== 'mapping' || !isNull(child(resource, 'name'))) return resource;
    const external = child(resource, 'external');
    const isExternal = external?.kind === 'scalar' && external.value === true;
    return withEntry(resource, 'name', scalar(isExternal ? key : `${projectName}_${key}`, resource.origin));
  });
}
