import type { Report } from '../report.ts';
import { mapEntries, mapItems, type Node } from '../tree/node.ts';
import { compileRules, type Rules, rulesBelow } from '../tree/rules.ts';
import type { Transform, TransformContext } from './context.ts';
import {
  buildForm,
  command,
  contexts,
  dependencies,
  envFiles,
  exposedPort,
  extendsForm,
  externalName,
  fileReference,
  flagText,
  gpus,
  healthTest,
  hosts,
  limit,
  listOfOne,
  names,
  pairs,
  resource,
  sshKeys,
  withoutBlanks,
} from './forms.ts';
import { ports } from './ports.ts';
import { buildArguments, variables } from './variables.ts';
import { device, serviceVolume } from './volumes.ts';

export interface CanonicalOptions {
  /** Variables were not replaced: short forms that do not parse are left alone. */
  readonly lenient?: boolean;
}

/** Gives every short form its long form. The new nodes stand where the short text stood. */
export function canonicalize(root: Node, report: Report, { lenient = false }: CanonicalOptions = {}): Node {
  return visit(root, shortForms, { report, lenient, path: [], expanded: { ports: 0 } });
}

/**
 * The second half, once all files are merged: forms that the types of the model know rather than the files, such as
 * `K=V` lists and command lines. Merging and unicity compare them as they were written.
 */
export function bindForms(root: Node, report: Report): Node {
  return visit(root, typedForms, { report, lenient: false, path: [], expanded: { ports: 0 } });
}

const shortForms = compileRules<Transform>({
  'configs.*': resource,
  'networks.*': externalName,
  'secrets.*': resource,
  'volumes.*': externalName,
  'services.*.build': buildForm,
  'services.*.build.additional_contexts': contexts,
  'services.*.build.provenance': flagText,
  'services.*.build.sbom': flagText,
  'services.*.build.secrets.*': fileReference,
  'services.*.build.ulimits.*': limit,
  'services.*.build.ssh': sshKeys,
  'services.*.configs.*': fileReference,
  'services.*.depends_on': dependencies,
  'services.*.deploy.resources.reservations.devices.*.options': pairs,
  'services.*.develop.watch.*.ignore': listOfOne,
  'services.*.develop.watch.*.include': listOfOne,
  'services.*.devices.*': device,
  'services.*.dns': withoutBlanks,
  'services.*.env_file': envFiles,
  'services.*.extends': extendsForm,
  'services.*.expose.*': exposedPort,
  'services.*.gpus': gpus,
  'services.*.gpus.*.options': pairs,
  'services.*.label_file': listOfOne,
  'services.*.models': names,
  'services.*.networks': names,
  'services.*.ports': ports,
  'services.*.secrets.*': fileReference,
  'services.*.ulimits.*': limit,
  'services.*.volumes.*': serviceVolume,
});

const typedForms = compileRules<Transform>({
  'networks.*.labels': pairs,
  'volumes.*.labels': pairs,
  'configs.*.labels': pairs,
  'secrets.*.labels': pairs,
  'services.*.annotations': pairs,
  'services.*.build.args': buildArguments,
  'services.*.build.extra_hosts': hosts,
  'services.*.build.labels': pairs,
  'services.*.command': command,
  'services.*.deploy.labels': pairs,
  'services.*.develop.watch.*.exec.command': command,
  'services.*.develop.watch.*.exec.environment': variables,
  'services.*.dns_opt': listOfOne,
  'services.*.dns_search': listOfOne,
  'services.*.entrypoint': command,
  'services.*.environment': variables,
  'services.*.extra_hosts': hosts,
  'services.*.healthcheck.test': healthTest,
  'services.*.labels': pairs,
  'services.*.post_start.*.command': command,
  'services.*.post_start.*.environment': variables,
  'services.*.pre_start.*.command': command,
  'services.*.pre_start.*.environment': variables,
  'services.*.pre_stop.*.command': command,
  'services.*.pre_stop.*.environment': variables,
  'services.*.sysctls': pairs,
  'services.*.tmpfs': listOfOne,
  'services.*.volumes.*.volume.labels': pairs,
});

interface Context extends TransformContext {
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
}

function visit(node: Node, rules: Rules<Transform> | undefined, context: Context): Node {
  if (rules === undefined) return node;
  const long = rules.rule === undefined ? node : rules.rule(node, context);
  if (long.kind === 'mapping') return mapEntries(long, (key, { value }) => below(value, key, rules, context));
  if (long.kind === 'sequence') return mapItems(long, (item, index) => below(item, index, rules, context));
  return long;
}

function below(node: Node, step: string | number, rules: Rules<Transform>, context: Context): Node {
  const next = rulesBelow(rules, String(step));
  if (next === undefined) return node;
  context.path.push(step);
  const result = visit(node, next, context);
  context.path.pop();
  return result;
}
