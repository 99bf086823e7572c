import type { KnownNames, Lookup } from './interpolate/index.ts';
import type { Report } from './report.ts';
import type { SourceReader } from './source/reader.ts';
import type { RemoteSources } from './source/remote.ts';
import type { SourceText } from './source/source-text.ts';
import type { Trace } from './trace.ts';
import { isNull, type MappingNode, type Node } from './tree/node.ts';
import type { Validate } from './validation.ts';
import { parseYaml } from './yaml/parse.ts';

/** What every file of one project (or one include) is read with. */
export interface LayerContext {
  readonly report: Report;
  readonly reader: SourceReader;
  readonly remotes: RemoteSources;
  readonly lookup: Lookup;
  readonly names: KnownNames;
  readonly home: string;
  /** Absolute; relative paths of the files start here. */
  readonly projectDirectory: string;
  readonly interpolate: boolean;
  readonly resolvePaths: boolean;
  readonly validate: Validate;
  /** Files that led here by `include`, outermost first. */
  readonly includedFrom: readonly string[];
  /** Reads an included project, files one on the other. */
  readonly readLayers: ReadLayers;
  /** Where to keep what explains the result; absent unless someone asks. */
  readonly trace?: Trace | undefined;
}

export type ReadLayers = (
  layers: readonly Layer[],
  context: LayerContext,
) => Promise<MappingNode | undefined>;

/** A file to lay on the ones before it. */
export interface Layer {
  /** Absolute, or `-`. */
  readonly path: string;
  readonly source: SourceText;
  readonly documents: readonly MappingNode[];
}

/** Parses a file that is to be a layer. */
export function parseLayer(path: string, source: SourceText, report: Report): Layer {
  return { path, source, documents: parseDocuments(source, report) };
}

/** The documents of a file, none of one that is blank or has comments only; what is no mapping is reported. */
export function parseDocuments(source: SourceText, report: Report): readonly MappingNode[] {
  const roots = parseYaml(source, report);
  const documents: MappingNode[] = [];
  for (const root of roots) {
    if (root.kind === 'mapping') documents.push(root);
    else if (!isNull(root) || roots.length > 1) {
      report.error('compose.invalid-type', 'top-level object must be a mapping', {
        at: { ...root.origin, end: Math.min(root.origin.end, root.origin.start + 80) },
        hint: isNull(root)
          ? 'Nothing stands between two "---" lines, or after the last one: remove one of them.'
          : otherFormatHint(source.text, root),
      });
    }
  }
  if (roots.length > 0 && documents.length === 0 && !report.failed) reportEmpty(source, report);
  return documents;
}

/** What a file that is no mapping probably is. */
function otherFormatHint(text: string, root: Node): string {
  if (/^\s*docker (?:container )?run\s/.test(text))
    return 'A Compose file describes what "docker run" is told: "services:", below it a name, below that "image:", "ports:" and so on.';
  if (/^(?:ARG|FROM) \S+/m.test(text))
    return 'This looks like a Dockerfile: name it in a Compose file with "build:" below a service.';
  if (root.kind === 'sequence')
    return 'Take the dashes at the left margin away, and put the services below "services:".';
  return 'A Compose file starts with keys such as "services:".';
}

/** Says that a file, or all files together, have nothing in them. */
export function reportEmpty(source: SourceText, report: Report): void {
  report.error('compose.missing-key', `empty compose file: ${source.file}`, {
    at: { source, start: 0, end: 0 },
    hint: 'Add at least "services:" with one service.',
  });
}
