import {
  childText,
  isText,
  mapEntries,
  mapItems,
  type Node,
  type ScalarNode,
  scalar,
  withEntry,
} from '../tree/node.ts';
import { compileRules, type Rules, rulesBelow } from '../tree/rules.ts';
import { isWindowsPath, type PathBase, resolvePath } from './clean.ts';

export { cleanPath, expandHome, type PathBase, resolvePath } from './clean.ts';

/** Makes the paths of a canonical tree start from a directory. */
export function resolvePaths(root: Node, base: PathBase): Node {
  return visit(root, pathRules, base);
}

/** The same for one service, as `extends` needs it. */
export function resolveServicePaths(service: Node, base: PathBase): Node {
  return visit(service, rulesBelow(rulesBelow(pathRules, 'services'), '*'), base);
}

type PathRule = (node: Node, base: PathBase) => Node;

const filePath: PathRule = (node, base) => (isText(node) ? moved(node, resolvePath(node.value, base)) : node);

/** A build context: a directory, or something that is fetched. */
const contextPath: PathRule = (node, base) =>
  isText(node) && node.value !== '' && !isFetched(node.value)
    ? moved(node, resolvePath(node.value, base))
    : node;

const bindSource: PathRule = (node, base) => {
  if (node.kind !== 'mapping' || childText(node, 'type') !== 'bind') return node;
  const source = node.entries.get('source')?.value;
  if (!isText(source) || isWindowsPath(source.value)) return node;
  return withEntry(node, 'source', filePath(source, base));
};

/** A volume of the local driver that binds a directory. */
const boundVolume: PathRule = (node, base) => {
  if (node.kind !== 'mapping') return node;
  const options = node.entries.get('driver_opts')?.value;
  if (childText(node, 'driver') !== 'local' || options?.kind !== 'mapping') return node;
  const device = options.entries.get('device')?.value;
  if (device === undefined || childText(options, 'o') !== 'bind') return node;
  return withEntry(node, 'driver_opts', withEntry(options, 'device', filePath(device, base)));
};

/** Nothing stays nothing: an env file that a variable was to name. */
const givenPath: PathRule = (node, base) => (isText(node) && node.value !== '' ? filePath(node, base) : node);

const pathRules: Rules<PathRule> = compileRules<PathRule>({
  'configs.*.file': filePath,
  'secrets.*.file': filePath,
  'services.*.build.additional_contexts.*': contextPath,
  'services.*.build.context': contextPath,
  'services.*.build.ssh.*': filePath,
  'services.*.develop.watch.*.path': filePath,
  'services.*.env_file.*.path': givenPath,
  'services.*.extends.file': filePath,
  'services.*.label_file.*': givenPath,
  'services.*.volumes.*': bindSource,
  'volumes.*': boundVolume,
});

function visit(node: Node, rules: Rules<PathRule> | undefined, base: PathBase): Node {
  if (rules === undefined) return node;
  if (rules.rule !== undefined) return rules.rule(node, base);
  if (node.kind === 'mapping')
    return mapEntries(node, (key, { value }) => visit(value, rulesBelow(rules, key), base));
  if (node.kind === 'sequence') return mapItems(node, (item) => visit(item, rules.any, base));
  return node;
}

function moved(node: ScalarNode, path: string): Node {
  return path === node.value ? node : scalar(path, node.origin);
}

function isFetched(context: string): boolean {
  return (
    context.includes('://') ||
    /^(?:service|docker-image|oci-layout):/.test(context) ||
    /^git@/.test(context) ||
    /^github\.com\//.test(context)
  );
}
