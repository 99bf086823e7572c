import {
  child,
  childText,
  isNull,
  type MappingNode,
  mapEntries,
  mapItems,
  mapping,
  type Node,
  scalar,
  withEntry,
} from '../tree/node.ts';
import { compileRules, type Rules, rulesBelow } from '../tree/rules.ts';

/** Fills in what a canonical tree leaves unsaid. */
export function setDefaults(root: Node): Node {
  return visit(root, defaults);
}

type Default = (node: MappingNode) => Node;

const portDefaults: Default = (port) => orElse(orElse(port, 'protocol', 'tcp'), 'mode', 'ingress');

const deviceDefaults: Default = (request) =>
  child(request, 'count') === undefined && child(request, 'device_ids') === undefined
    ? orElse(request, 'count', 'all')
    : request;

const secretTarget: Default = (secret) => {
  const source = childText(secret, 'source');
  return source === undefined ? secret : orElse(secret, 'target', `/run/secrets/${source}`);
};

const mountDefaults: Default = (mount) => {
  const bind = child(mount, 'bind');
  if (bind === undefined || childText(mount, 'type') !== 'bind') return mount;
  const options = bind.kind === 'mapping' ? bind : isNull(bind) ? mapping(new Map(), bind.origin) : undefined;
  return options === undefined ? mount : withEntry(mount, 'bind', orElse(options, 'create_host_path', true));
};

const defaults = compileRules<Default>({
  'services.*.build': (build) => (build.entries.has('context') ? build : orElse(build, 'context', '.')),
  'services.*.deploy.resources.reservations.devices.*': deviceDefaults,
  'services.*.gpus.*': deviceDefaults,
  'services.*.ports.*': portDefaults,
  'services.*.secrets.*': secretTarget,
  'services.*.volumes.*': mountDefaults,
});

function visit(node: Node, rules: Rules<Default> | undefined): Node {
  if (rules === undefined || node.kind === 'scalar') return node;
  const filled = rules.rule !== undefined && node.kind === 'mapping' ? rules.rule(node) : node;
  if (filled.kind === 'mapping')
    return mapEntries(filled, (key, { value }) => visit(value, rulesBelow(rules, key)));
  return filled.kind === 'sequence' ? mapItems(filled, (item) => visit(item, rules.any)) : filled;
}

/** An empty text is a value, too. */
function orElse(node: MappingNode, key: string, value: string | number | boolean): MappingNode {
  return node.entries.has(key) ? node : withEntry(node, key, scalar(value, node.origin));
}
