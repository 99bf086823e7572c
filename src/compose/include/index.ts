import { isAbsolute, join, relative } from 'node:path';
import { type Layer, type LayerContext, parseLayer } from '../layer.ts';
import { limits } from '../limits.ts';
import { merge } from '../merge/merge.ts';
import { applyResets } from '../merge/reset.ts';
import { setDefaults } from '../normalize/defaults.ts';
import { cleanPath, resolvePath, resolvePaths } from '../paths/index.ts';
import type { ModelPath } from '../project.ts';
import { readEnvFiles } from '../source/environment.ts';
import { isRemote } from '../source/remote.ts';
import type { TracedEnvFile } from '../trace.ts';
import { child, type MappingNode, mapEntries, mapping, type Node, withEntry } from '../tree/node.ts';
import { directoriesOf } from './directory.ts';
import { type IncludeEntry, readIncludeEntries } from './entries.ts';

/** Lays the document on the projects that it includes: what the document says itself wins. */
export async function includeProjects(
  document: MappingNode,
  layer: Layer,
  resets: readonly ModelPath[],
  context: LayerContext,
): Promise<MappingNode | undefined> {
  const include = child(document, 'include');
  if (include === undefined) return document;
  const own = withEntry(document, 'include', undefined);
  const entries = readIncludeEntries(include, context);
  if (entries === undefined) return undefined;
  let base: Node | undefined;
  for (const entry of entries) {
    const included = await includeOne(entry, layer, context);
    if (included === undefined) return undefined;
    base = base === undefined ? included : merge(base, included, context.report);
  }
  if (base === undefined) return own;
  // They reach what both define; the rest is imported as it is.
  const shared = resets.filter(([section = '', name]) => child(child(own, String(section)), String(name)));
  const merged = merge(applyResets(base, shared), own, context.report);
  return merged.kind === 'mapping' ? merged : undefined;
}

async function includeOne(
  entry: IncludeEntry,
  layer: Layer,
  context: LayerContext,
): Promise<Node | undefined> {
  const { report, reader, home } = context;
  const at = entry.node.origin;
  const base = { directory: context.projectDirectory, home };
  const paths = await pathsOf(entry, context);
  if (paths === undefined) return undefined;
  const [first] = paths;
  if (first === undefined) {
    await includeEnvironment(entry, context.projectDirectory, context, undefined);
    return report.failed ? undefined : mapping(new Map(), at);
  }
  const chain = [...context.includedFrom, layer.path];
  if (paths.some((path) => chain.includes(path))) {
    const cycle = [
      ...chain.map((path) => reader.shown(path)),
      reader.shown(paths.find((path) => chain.includes(path)) ?? first),
    ];
    report.error('compose.include-cycle', `include cycle detected: ${cycle.join(' includes ')}`, {
      at,
      path: ['include'],
      hint: 'Remove one of these includes; files can share a third one that includes neither.',
    });
    return undefined;
  }
  if (chain.length > limits.includeDepth) {
    report.error(
      'compose.limit-exceeded',
      `More than ${limits.includeDepth} files include each other in a chain.`,
      { at, path: ['include'], hint: 'Include the files from one place; no project needs such a chain.' },
    );
    return undefined;
  }
  const directories = await directoriesOf(entry.projectDirectory, first, base, reader);
  const isOwnChoice = entry.projectDirectory !== undefined && at.source.confinedTo === undefined;
  for (const path of isOwnChoice ? paths : []) context.remotes.grant(path, directories.files);
  const layers: Layer[] = [];
  for (const [index, path] of paths.entries()) {
    const source = await reader.read(path, 'included file', {
      at,
      path: ['include'],
      isFetched: isRemote(entry.paths[index] ?? ''),
      hint: 'The path is relative to the project directory of the including file.',
    });
    if (source === undefined) return undefined;
    layers.push(parseLayer(path, source, report));
  }
  if (report.failed) return undefined;
  const envFiles: TracedEnvFile[] = [];
  const { trace } = context;
  const extra = await includeEnvironment(entry, directories.files, context, trace && envFiles);
  if (report.failed) return undefined;
  const tree = await context.readLayers(layers, {
    ...context,
    projectDirectory: directories.files,
    lookup: (name) => context.lookup(name) ?? extra.get(name),
    names: () => [...context.names(), ...extra.keys()],
    includedFrom: chain,
    trace: trace && { ...trace, environment: [...trace.environment, envFiles] },
  });
  if (tree === undefined) return undefined;
  const directory = context.resolvePaths
    ? directories.paths
    : relativeDirectory(context.projectDirectory, directories.paths);
  return resolvePaths(setDefaults(importedParts(tree)), { directory, home });
}

/** Absolute paths of an entry's files, those from elsewhere fetched; undefined when that fails. */
async function pathsOf(
  entry: IncludeEntry,
  { remotes, lookup, projectDirectory, home }: LayerContext,
): Promise<readonly string[] | undefined> {
  const paths: string[] = [];
  for (const path of entry.paths) {
    if (!isRemote(path)) {
      paths.push(resolvePath(path, { directory: projectDirectory, home }));
      continue;
    }
    const at = entry.node.origin;
    const remote = await remotes.fetch(path, 'include', lookup, { at, path: ['include'] });
    if (remote === undefined) return undefined;
    paths.push(remote.file);
  }
  return paths;
}

/** The included project's `.env`, or the listed files; a single /dev/null is none. Only fills gaps. */
async function includeEnvironment(
  entry: IncludeEntry,
  projectDirectory: string,
  context: LayerContext,
  traced: TracedEnvFile[] | undefined,
): Promise<ReadonlyMap<string, string>> {
  const { reader, report, home } = context;
  if (entry.envFiles.length === 1 && entry.envFiles[0] === '/dev/null') return new Map();
  const base = { directory: context.projectDirectory, home };
  const listed = entry.envFiles.map((file) => resolvePath(file, base));
  const details = { at: entry.node.origin, path: ['include'] };
  if (listed.length > 0) return readEnvFiles(listed, context.lookup, reader, report, traced, details);
  const standard = join(projectDirectory, '.env');
  if ((await reader.kind(standard)) !== 'file') return new Map();
  const isFetched = isRemote(entry.paths[0] ?? '') && entry.projectDirectory === undefined;
  return readEnvFiles([standard], context.lookup, reader, report, traced, { ...details, isFetched });
}

const imported: readonly string[] = ['services', 'networks', 'volumes', 'configs', 'secrets', 'models'];

/** What an included project gives: neither its name nor its extensions. */
function importedParts(tree: MappingNode): MappingNode {
  return mapEntries(tree, (key, { value }) => (imported.includes(key) ? value : undefined));
}

function relativeDirectory(from: string, to: string): string {
  const path = relative(from, to);
  return isAbsolute(path) ? path : cleanPath(path);
}
