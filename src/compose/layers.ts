import { canonicalize } from './canonical/index.ts';
import { applyExtends } from './extends/index.ts';
import { includeProjects } from './include/index.ts';
import { interpolate, reportMisfits } from './interpolate/index.ts';
import { type Layer, type LayerContext, reportEmpty } from './layer.ts';
import { merge } from './merge/merge.ts';
import { applyResets, collectResets } from './merge/reset.ts';
import { enforceUnicity } from './merge/unicity.ts';
import type { ModelPath } from './project.ts';
import type { Report } from './report.ts';
import type { Trace } from './trace.ts';
import { child, isNull, type MappingNode, mapping, type Node, withEntry } from './tree/node.ts';

/**
 * Reads the files one after the other, each document laid on what came before: variables, include, resets, extends,
 * merge, duplicates, schema, long forms. Undefined when something is wrong; the report has it.
 */
export async function readLayers(
  layers: readonly Layer[],
  context: LayerContext,
  base?: MappingNode,
): Promise<MappingNode | undefined> {
  let tree: MappingNode | undefined = base;
  for (const layer of layers) {
    for (const document of layer.documents) {
      tree = await addDocument(tree, document, layer, context);
      if (context.report.failed || tree === undefined) return undefined;
    }
    if (context.report.failed) return undefined;
  }
  const [first] = layers;
  if (first === undefined || (tree !== undefined && tree.entries.size > 0)) return tree;
  // An included project may have nothing to give.
  if (context.includedFrom.length > 0)
    return tree ?? mapping(new Map(), { source: first.source, start: 0, end: 0 });
  reportEmpty(first.source, context.report);
  return undefined;
}

async function addDocument(
  base: MappingNode | undefined,
  document: MappingNode,
  layer: Layer,
  context: LayerContext,
): Promise<MappingNode | undefined> {
  const { report } = context;
  const resets = collectResets(document);
  const { root: values, misfits } = context.interpolate
    ? interpolate(resets.root, context)
    : { root: resets.root, misfits: [] };
  if (misfits.length > 0) {
    // The rest of a file that stands alone is as it is meant: its mistakes are told together with these.
    if (!report.failed && base === undefined && standsAlone(values)) context.validate(values, report);
    reportMisfits(misfits, report);
  }
  if (report.failed || values.kind !== 'mapping') return undefined;
  if (base !== undefined || child(values, 'include') !== undefined) checkServices(values, context);
  if (report.failed) return undefined;
  const own = await includeProjects(values, layer, resets.paths, context);
  if (own === undefined || report.failed) return undefined;
  if (context.trace !== undefined) keep(document, values, own, resets.paths, layer, context, context.trace);
  const extended = await applyExtends(own, layer, resets.paths, context);
  if (report.failed) return undefined;
  const cleared = base === undefined ? undefined : applyResets(base, resets.paths);
  const merged = cleared === undefined ? extended : merge(cleared, extended, report);
  const unique = enforceUnicity(merged);
  if (report.failed) return undefined;
  context.validate(unique, report);
  if (report.failed || unique.kind !== 'mapping') return undefined;
  const canonical = canonicalize(dropVersion(unique, layer, report), report, {
    lenient: !context.interpolate,
  });
  if (report.failed) return undefined;
  return enforceUnicity(canonical) as MappingNode;
}

/** The schema does not see `services:` without anything below where other files give services: null keeps theirs. */
function checkServices(document: MappingNode, { validate, report }: LayerContext): void {
  const services = document.entries.get('services');
  if (services !== undefined && isNull(services.value))
    validate(mapping(new Map([['services', services]]), document.origin), report);
}

/** Nothing else has a part in its services. */
function standsAlone(root: Node): boolean {
  const services = child(root, 'services');
  return (
    child(root, 'include') === undefined &&
    (services?.kind !== 'mapping' ||
      [...services.entries.values()].every(({ value }) => child(value, 'extends') === undefined))
  );
}

function keep(
  document: MappingNode,
  values: MappingNode,
  own: MappingNode,
  resets: readonly ModelPath[],
  { source }: Layer,
  { includedFrom, projectDirectory }: LayerContext,
  trace: Trace,
): void {
  const services = child(own, 'services');
  trace.documents.push({ file: source.file, values, services, resets, includedFrom, projectDirectory });
  trace.written.push({ source, root: document, environment: trace.environment });
}

function dropVersion(tree: MappingNode, layer: Layer, report: Report): Node {
  const version = tree.entries.get('version');
  if (version === undefined) return tree;
  report.warn(
    'compose.obsolete',
    `${layer.path}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    {
      at: version.key,
      path: ['version'],
      hint: 'Remove the line: Compose files have no versions any more.',
    },
  );
  return withEntry(tree, 'version', undefined);
}
