import { dirname } from 'node:path';
import { canonicalize } from './canonical/index.ts';
import { applyExtends } from './extends/index.ts';
import { includeProjects } from './include/index.ts';
import { interpolate, type Lookup } from './interpolate/index.ts';
import { merge } from './merge/merge.ts';
import { applyResets, collectResets } from './merge/reset.ts';
import { enforceUnicity } from './merge/unicity.ts';
import type { Report } from './report.ts';
import type { SourceReader } from './source/reader.ts';
import type { SourceText } from './source/source-text.ts';
import { isNull, type MappingNode, type Node, withEntry } from './tree/node.ts';
import type { Validate } from './validation.ts';
import { parseYaml } from './yaml/parse.ts';

/** What every file of one project (or one include) is read with. */
export interface LayerContext {
  readonly report: Report;
  readonly reader: SourceReader;
  readonly lookup: Lookup;
  readonly home: string;
  /** Absolute; relative paths of the files start here. */
  readonly projectDirectory: string;
  readonly interpolate: boolean;
  readonly resolvePaths: boolean;
  readonly validate: Validate;
  /** Files that led here by `include`, outermost first. */
  readonly includedFrom: readonly string[];
}

/** A file to lay on the ones before it. */
export interface Layer {
  /** Absolute, or `-`. */
  readonly path: string;
  readonly source: SourceText;
}

/**
 * Reads the files one after the other, each document laid on what came before: variables, include, resets, extends,
 * merge, duplicates, schema, long forms. Undefined when something is wrong; the report has it.
 */
export async function readLayers(
  layers: readonly Layer[],
  context: LayerContext,
): Promise<MappingNode | undefined> {
  let tree: MappingNode | undefined;
  for (const layer of layers) {
    for (const document of parseDocuments(layer.source, context.report)) {
      tree = await addDocument(tree, document, layer, context);
      if (context.report.failed || tree === undefined) return undefined;
    }
    if (context.report.failed) return undefined;
  }
  return tree;
}

/** The documents of a file; a file that has none, or something else than mappings, is reported. */
export function parseDocuments(source: SourceText, report: Report): readonly MappingNode[] {
  const roots = parseYaml(source, report);
  const documents: MappingNode[] = [];
  for (const root of roots) {
    if (root.kind === 'mapping') documents.push(root);
    else if (!isNull(root)) {
      report.error('compose.invalid-type', 'top-level object must be a mapping', {
        at: { ...root.origin, end: Math.min(root.origin.end, root.origin.start + 80) },
        hint: 'A Compose file starts with keys such as "services:".',
      });
    }
  }
  if (documents.length === 0 && !report.failed) {
    report.error('compose.missing-key', `empty compose file: ${source.file}`, {
      at: { source, start: 0, end: 0 },
      hint: 'Add at least "services:" with one service.',
    });
  }
  return documents;
}

async function addDocument(
  base: MappingNode | undefined,
  document: MappingNode,
  layer: Layer,
  context: LayerContext,
): Promise<MappingNode | undefined> {
  const { report } = context;
  const resets = collectResets(document);
  const values = context.interpolate ? interpolate(resets.root, context.lookup, report) : resets.root;
  if (report.failed || values.kind !== 'mapping') return undefined;
  const own = await includeProjects(values, layer, resets.paths, context);
  if (own === undefined || report.failed) return undefined;
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

function dropVersion(tree: MappingNode, layer: Layer, report: Report): Node {
  const version = tree.entries.get('version');
  if (version === undefined) return tree;
  report.warn(
    'compose.obsolete',
    `${layer.path}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    {
      at: version.key,
      path: ['version'],
    },
  );
  return withEntry(tree, 'version', undefined);
}

export function layerDirectory(layer: Layer, context: LayerContext): string {
  return layer.path === '-' ? context.projectDirectory : dirname(layer.path);
}
