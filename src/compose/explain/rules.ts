import { type MergeRule, mergeRules } from '../merge/rules.ts';
import { unicityKey } from '../merge/unicity.ts';
import type { ModelPath } from '../project.ts';
import type { Node } from '../tree/node.ts';
import { compileRules, ruleAt } from '../tree/rules.ts';
import { nodeAt } from './find.ts';

/** How several sources of one value become one, as a sentence. */
export function mergeSentence(path: ModelPath, model: Node | undefined): string {
  for (let depth = 1; depth < path.length; depth += 1) {
    const above = path.slice(0, depth);
    if (ruleAt(mergeRules, above) === 'replace') return whole;
    if (ruleAt(mergeRules, above) === 'pairs') return 'the later value of a key wins, even an empty one';
    const item = nodeAt(model, path.slice(0, depth + 1));
    if (typeof path[depth] !== 'number' || item === undefined) continue;
    if (unicityKey(above, item) !== undefined)
      return `an item replaces an earlier one with the same ${meaning(above)}`;
  }
  const rule = ruleAt(mergeRules, path);
  if (rule !== undefined) return ruleSentences[rule](path, model);
  const node = nodeAt(model, path);
  if (node?.kind === 'mapping') return 'key by key; the later value of a key wins';
  if (node?.kind === 'sequence') return lists(path, node);
  return 'the later value replaces the earlier one';
}

const whole = 'the later value replaces the earlier one as a whole';

const ruleSentences: Readonly<Record<MergeRule, (path: ModelPath, model: Node | undefined) => string>> = {
  replace: () => whole,
  pairs: () => 'the keys of all sources; the later value of a key wins, even an empty one',
  append: (path, model) => lists(path, nodeAt(model, path)),
  build: () => 'key by key; a text stands for the context',
  names: () => 'the names of all sources, name by name',
  dependencies: () => 'the names of all sources, name by name',
  logging: () => 'key by key, unless the driver changes: then the later value replaces the earlier one',
  'host-list': () => 'the hosts of all sources; the same host and address twice is one',
  'address-pools': () => 'the pools of all sources; those of one subnet are merged',
};

function lists(path: ModelPath, node: Node | undefined): string {
  const joined = 'the lists one after the other';
  const [first] = node?.kind === 'sequence' ? node.items : [];
  if (first === undefined || unicityKey(path, first) === undefined) return joined;
  return `${joined}; an item replaces an earlier one with the same ${meaning(path)}`;
}

function meaning(list: ModelPath): string {
  return ruleAt(meanings, list) ?? 'value';
}

/** By what items of a list are told apart, in words; see merge/unicity.ts. */
const meanings = compileRules<string>({
  'services.*.configs': 'target',
  'services.*.devices': 'target',
  'services.*.env_file': 'path',
  'services.*.ports': 'address, published port, target and protocol',
  'services.*.secrets': 'target',
  'services.*.volumes': 'target',
});

/** Why a value is there that no file gives. */
export function defaultSentence(path: ModelPath): string {
  return ruleAt(defaultSentences, path) ?? 'default of Compose';
}

/** Whether Compose gives a value for this place when nobody else does. */
export function hasDefault(path: ModelPath): boolean {
  return ruleAt(defaultSentences, path) !== undefined;
}

const named = 'the name in the engine is the project\'s name and the key, unless "name" says otherwise';
const implied = (key: string) => `follows from ${key}`;

const defaultSentences = compileRules<string>({
  name: 'the name of the project: -p, COMPOSE_PROJECT_NAME, "name:" or the name of the folder',
  'configs.*.name': named,
  'networks.*.name': named,
  'networks.default': 'Compose makes the network "default" for services that name no network',
  'networks.*.ipam': 'default of Compose: the engine chooses the addresses',
  'secrets.*.name': named,
  'volumes.*.name': named,
  'services.*.build.context': 'default of Compose: the project folder',
  'services.*.build.dockerfile': 'default of Compose: Dockerfile',
  'services.*.command': 'not given: null keeps what the image says',
  'services.*.depends_on.*': implied('links, network_mode, ipc, pid or volumes_from'),
  'services.*.depends_on.*.condition': 'default of Compose: service_started',
  'services.*.depends_on.*.required': 'default of Compose: true',
  'services.*.depends_on.*.restart': implied('links or a shared namespace'),
  'services.*.deploy.placement': 'default of Compose',
  'services.*.deploy.replicas': implied('scale'),
  'services.*.deploy.resources.reservations.devices.*.count': 'default of Compose: -1, all of them',
  'services.*.deploy.resources': 'default of Compose',
  'services.*.entrypoint': 'not given: null keeps what the image says',
  'services.*.env_file.*.required': 'default of Compose: true',
  'services.*.gpus.*.count': 'default of Compose: -1, all of them',
  'services.*.networks': 'a service that names no network joins "default"',
  'services.*.networks.default': 'a service that names no network joins "default"',
  'services.*.ports.*.mode': 'default of Compose: mode ingress',
  'services.*.ports.*.protocol': 'default of Compose: protocol tcp',
  'services.*.secrets.*.target': 'default of Compose: /run/secrets/ and the name of the secret',
  'services.*.volumes.*.bind': 'default of Compose',
  'services.*.volumes.*.bind.create_host_path': 'default of Compose: a missing folder is made',
  'services.*.volumes.*.type': 'short form: a path is a bind mount, a name a volume',
  'services.*.volumes.*.volume': 'default of Compose',
});
