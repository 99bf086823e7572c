import type { Report } from '../report.ts';
import { mapEntries, mapItems, type Node } from '../tree/node.ts';
import { compileRules, type Rules, rulesBelow } from '../tree/rules.ts';
import type { Transform } from './context.ts';
import {
  buildForm,
  command,
  dependencies,
  envFiles,
  extendsForm,
  fileReference,
  gpus,
  healthTest,
  hosts,
  listOfOne,
  namedContexts,
  names,
  pairs,
  resource,
  sshKeys,
  withoutBlanks,
} from './forms.ts';
import { ports } from './ports.ts';
import { device, serviceVolume } from './volumes.ts';

export interface CanonicalOptions {
  /** Variables were not replaced: short forms that do not parse are left alone. */
  readonly lenient?: boolean;
}

/** Gives every short form its long form. The new nodes stand where the short text stood. */
export function canonicalize(root: Node, report: Report, { lenient = false }: CanonicalOptions = {}): Node {
  return visit(root, shortForms, { report, lenient, path: [] });
}

const shortForms = compileRules<Transform>({
  'configs.*': resource,
  'networks.*': resource,
  'networks.*.labels': pairs,
  'secrets.*': resource,
  'volumes.*': resource,
  'volumes.*.labels': pairs,
  'configs.*.labels': pairs,
  'secrets.*.labels': pairs,
  'services.*.annotations': pairs,
  'services.*.build': buildForm,
  'services.*.build.additional_contexts': namedContexts,
  'services.*.build.args': pairs,
  'services.*.build.extra_hosts': hosts,
  'services.*.build.labels': pairs,
  'services.*.build.secrets.*': fileReference,
  'services.*.build.ssh': sshKeys,
  'services.*.command': command,
  'services.*.configs.*': fileReference,
  'services.*.depends_on': dependencies,
  'services.*.deploy.labels': pairs,
  'services.*.develop.watch.*.exec.command': command,
  'services.*.develop.watch.*.exec.environment': pairs,
  'services.*.develop.watch.*.ignore': listOfOne,
  'services.*.develop.watch.*.include': listOfOne,
  'services.*.devices.*': device,
  'services.*.dns': withoutBlanks,
  'services.*.dns_opt': listOfOne,
  'services.*.dns_search': listOfOne,
  'services.*.entrypoint': command,
  'services.*.env_file': envFiles,
  'services.*.environment': pairs,
  'services.*.extends': extendsForm,
  'services.*.extra_hosts': hosts,
  'services.*.gpus': gpus,
  'services.*.healthcheck.test': healthTest,
  'services.*.label_file': listOfOne,
  'services.*.labels': pairs,
  'services.*.models': names,
  'services.*.networks': names,
  'services.*.ports': ports,
  'services.*.post_start.*.command': command,
  'services.*.post_start.*.environment': pairs,
  'services.*.pre_start.*.command': command,
  'services.*.pre_start.*.environment': pairs,
  'services.*.pre_stop.*.command': command,
  'services.*.pre_stop.*.environment': pairs,
  'services.*.secrets.*': fileReference,
  'services.*.sysctls': pairs,
  'services.*.tmpfs': listOfOne,
  'services.*.volumes.*': serviceVolume,
  'services.*.volumes.*.volume.labels': pairs,
});

/** Forms that the types of the model know, rather than the files: without types they stay as they were written. */
const ofTypes: ReadonlySet<Transform> = new Set([pairs, command, healthTest, hosts]);

interface Context {
  readonly report: Report;
  readonly lenient: boolean;
  /** Grows and shrinks with the walk. */
  readonly path: (string | number)[];
}

function visit(node: Node, rules: Rules<Transform> | undefined, context: Context): Node {
  if (rules === undefined) return node;
  const skipped = rules.rule === undefined || (context.lenient && ofTypes.has(rules.rule));
  const long = skipped || rules.rule === undefined ? node : rules.rule(node, context);
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
