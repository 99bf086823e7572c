import type { Diagnostic, FramedRange } from '../core/diagnostic.ts';
import { bindForms } from './canonical/index.ts';
import { checkContainerNames, checkProject } from './check/consistency.ts';
import { checkTree } from './check/tree.ts';
import { resolveFiles } from './environment/index.ts';
import { checkExtensions } from './extension/index.ts';
import { type Layer, type LayerContext, parseLayer } from './layer.ts';
import { readLayers } from './layers.ts';
import type { LoadOptions, LoadResult } from './load-options.ts';
import { decodeProject } from './model/project.ts';
import { normalize, setDefaults } from './normalize/index.ts';
import { withOverlay, withOverlayEnvironment } from './overlay.ts';
import { resolvePaths } from './paths/index.ts';
import type { ModelPath, Project } from './project.ts';
import { encodeTree } from './render/tree.ts';
import { Report } from './report.ts';
import { applySelection, withNeeded, withProfiles } from './select/index.ts';
import { pruneUnused } from './select/prune.ts';
import { earlyProjectDirectory, findComposeFiles } from './source/discover.ts';
import { chosenEnvFiles, ProjectEnvironment, readProjectEnvFiles } from './source/environment.ts';
import { chooseProjectName } from './source/project-name.ts';
import { SourceReader } from './source/reader.ts';
import { RemoteSources } from './source/remote.ts';
import type { Trace, TracedEnvFile } from './trace.ts';
import { type MappingNode, type Node, scalar, withEntry } from './tree/node.ts';
import { originAt } from './tree/path.ts';
import { schemaValidation, type ValidatePlain } from './validation.ts';

/** Loads a project from Compose files. Never throws for what the user got wrong: that is in `diagnostics`. */
export async function loadProject(options: LoadOptions): Promise<LoadResult> {
  const { validateCompose } = await import('./validate/index.ts');
  return loadWith(options, validateCompose);
}

/** `loadProject` that also keeps how the model came about, for the parts of compose/ that explain it. */
export async function loadTraced(options: LoadOptions, trace: Trace): Promise<TracedLoad> {
  const { validateCompose } = await import('./validate/index.ts');
  const report = new Report();
  const remotes = new RemoteSources(options.remotes, report);
  const loaded = await load(options, validateCompose, remotes, report, trace);
  return { ...result(loaded, remotes, report), tree: loaded?.tree };
}

export interface TracedLoad extends LoadResult {
  /** The model as a located tree; absent when loading did not get so far. */
  readonly tree: MappingNode | undefined;
}

/** `loadProject` with the schema check given. */
async function loadWith(options: LoadOptions, validatePlain: ValidatePlain): Promise<LoadResult> {
  const report = new Report();
  const remotes = new RemoteSources(options.remotes, report);
  const loaded = await load(options, validatePlain, remotes, report);
  return result(loaded, remotes, report);
}

interface Loaded {
  readonly tree: MappingNode;
  readonly project: Project | undefined;
}

async function load(
  options: LoadOptions,
  validatePlain: ValidatePlain,
  remotes: RemoteSources,
  report: Report,
  trace?: Trace,
): Promise<Loaded | undefined> {
  const reader = new SourceReader(options.files, options.cwd, remotes, report);
  const environment = new ProjectEnvironment(options.environment);
  const early = earlyProjectDirectory(options, reader);
  const envFiles: TracedEnvFile[][] | undefined = trace && [[], []];
  await readProjectEnvFiles(options, early, environment, reader, report, envFiles?.[0]);
  if (report.failed) return undefined;
  const found = await findComposeFiles(options, environment.lookup, reader, remotes, report);
  if (found === undefined) return undefined;
  if (found.ownDirectory !== early) {
    await readProjectEnvFiles(options, found.ownDirectory, environment, reader, report, envFiles?.[1]);
  }
  const layers = await readSources(found.files, reader, report);
  if (report.failed) return undefined;
  const name = chooseProjectName(
    {
      options,
      lookup: environment.lookup,
      interpolate: options.skip?.interpolation !== true,
      files: layers.map((layer) => layer.documents),
      projectDirectory: found.ownDirectory,
    },
    report,
  );
  if (name === undefined) return undefined;
  environment.set('COMPOSE_PROJECT_NAME', name);
  const context: LayerContext = {
    report,
    reader,
    remotes,
    lookup: environment.lookup,
    names: environment.names,
    home: options.home,
    projectDirectory: found.projectDirectory,
    interpolate: options.skip?.interpolation !== true,
    resolvePaths: options.skip?.pathResolution !== true,
    validate: options.skip?.validation === true ? () => {} : schemaValidation(validatePlain),
    includedFrom: [],
    readLayers,
    trace: trace && { ...trace, environment: envFiles ?? [] },
  };
  const files = await readLayers(layers, context);
  const read = files === undefined ? undefined : await withOverlay(files, options.overlay, context);
  if (read === undefined) return undefined;
  const binds = context.interpolate || options.bindVariables === true;
  let tree = setDefaults(binds ? bindForms(read, report) : read);
  if (options.skip?.validation !== true) checkTree(tree, context.resolvePaths, report);
  if (options.skip?.validation !== true) await checkExtensions(tree, report);
  if (report.failed) return { tree: read, project: undefined };
  if (context.resolvePaths)
    tree = resolvePaths(tree, { directory: found.projectDirectory, home: options.home });
  if (options.skip?.normalization !== true) {
    // What is shown with its variables shows keys without value as they are, too.
    const lookup = context.interpolate ? environment.lookup : () => undefined;
    tree = withName(normalize(tree, { projectName: name, lookup }), name);
  }
  if (!binds) return { tree: tree as MappingNode, project: undefined };
  const decoded = decodeProject(
    tree,
    {
      name,
      workingDir: found.projectDirectory,
      configFiles: found.files,
      environmentFiles: chosenEnvFiles(options),
      environment: environment.values,
      profiles: chosenProfiles(options, environment),
      ...(isCompatible(options, environment) ? { separator: '_' } : {}),
    },
    report,
  );
  if (report.failed) return { tree: tree as MappingNode, project: undefined };
  const finished = await finish(decoded, tree as MappingNode, options, reader, report, trace);
  const project = await withOverlayEnvironment(finished, options.overlay, { reader, environment, report });
  return { tree: tree as MappingNode, project };
}

/** The name that was chosen, where it says which project this is. */
function withName(tree: Node, name: string): Node {
  return tree.kind === 'mapping'
    ? withEntry(tree, 'name', scalar(name, tree.entries.get('name')?.value.origin ?? tree.origin))
    : tree;
}

async function finish(
  decoded: Project,
  tree: MappingNode,
  options: LoadOptions,
  reader: SourceReader,
  report: Report,
  trace?: Trace,
): Promise<Project | undefined> {
  const named = options.services ?? [];
  // The project has to hold without the services that are only enabled by their names, too.
  const withoutNamed = withProfiles(decoded, decoded.profiles, []);
  const enabled =
    named.length === 0
      ? withoutNamed
      : withNeeded(withProfiles(decoded, decoded.profiles, named), withoutNamed, named);
  if (options.skip?.consistency !== true) {
    const typed = options.overlay?.path;
    checkProject(withoutNamed, tree, report, typed);
    if (enabled !== withoutNamed && !report.failed) checkProject(enabled, tree, report, typed);
  }
  // Without names everything is selected, and all errors are told together.
  if (report.failed && named.length > 0) return undefined;
  const selected = applySelection(enabled, named, options.dependencies ?? 'include', report);
  if (selected === undefined) return undefined;
  if (options.skip?.consistency !== true) checkContainerNames(selected, tree, report);
  if (report.failed) return undefined;
  const pruned = options.keepUnusedResources === true ? selected : pruneUnused(selected);
  const environment = options.skip?.environmentResolution !== true;
  const base = { directory: decoded.workingDir, home: options.home };
  return resolveFiles(pruned, { environment, base }, tree, reader, report, trace);
}

async function readSources(
  files: readonly string[],
  reader: SourceReader,
  report: Report,
): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const path of files) {
    const source = path === '-' ? await reader.stdin() : await reader.read(path, 'compose file');
    if (source !== undefined) layers.push(parseLayer(path, source, report));
  }
  return layers;
}

/** The words for yes are docker compose's. */
function isCompatible(options: LoadOptions, { lookup }: ProjectEnvironment): boolean {
  return (
    options.compatibility === true || /^(?:1|true|t|y)$/i.test(lookup('COMPOSE_COMPATIBILITY')?.trim() ?? '')
  );
}

function chosenProfiles(options: LoadOptions, environment: ProjectEnvironment): readonly string[] {
  if (options.profiles?.length) return options.profiles;
  const named = environment.lookup('COMPOSE_PROFILES') ?? '';
  return named === '' ? [] : named.split(',').map((profile) => profile.trim());
}

function result(loaded: Loaded | undefined, remotes: RemoteSources, report: Report): LoadResult {
  const diagnostics: readonly Diagnostic[] = report.diagnostics;
  const locate = (path: ModelPath): FramedRange | undefined => {
    if (loaded === undefined) return undefined;
    const { source, start, end } = originAt(loaded.tree, path);
    return { ...source.range(start, end), frame: source.frame(start, end) };
  };
  return {
    ...(loaded?.project === undefined || report.failed ? {} : { project: loaded.project }),
    diagnostics,
    remotes: remotes.uses,
    locate,
    plainModel: (format = 'yaml') =>
      loaded === undefined || report.failed ? undefined : encodeTree(loaded.tree, format),
  };
}
