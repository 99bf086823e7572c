import type { Encoded } from '../../core/go-json.ts';
import { quote } from '../../core/text.ts';
import { loadTraced, type TracedLoad } from '../load.ts';
import type { LoadOptions } from '../load-options.ts';
import type { ModelPath, Project } from '../project.ts';
import { encodeProject } from '../render/index.ts';
import { encodeTree } from '../render/tree.ts';
import { Report } from '../report.ts';
import { createTrace, type Trace } from '../trace.ts';
import { formatPath } from '../tree/path.ts';
import { contributionsTo } from './contributions.ts';
import { explainPlace, type Model } from './explain-place.ts';
import type { ExplainResult, Explanation } from './explanation.ts';
import { leavesOf, nearestPaths, resolvePath } from './model-path.ts';

/** Loads the project and tells where the value at a path of the model comes from. Never throws for what a user got wrong. */
export async function explain(options: LoadOptions, path: string): Promise<ExplainResult> {
  const trace = createTrace();
  const loaded = await loadTraced({ ...options, keepUnusedResources: true }, trace);
  const { project, tree, diagnostics } = loaded;
  if (project === undefined || tree === undefined) return { leaves: [], diagnostics };
  const model: Model = {
    trace,
    tree,
    surroundings: { environment: options.environment, projectName: project.name },
  };
  const found = resolve(path, project, loaded, trace);
  if ('refusal' in found) return { leaves: [], diagnostics: [...diagnostics, ...found.refusal.diagnostics] };
  const parts = new Map<string, ReturnType<typeof contributionsTo>>();
  const at = (place: ModelPath, value: Encoded | undefined): Explanation => {
    const key = JSON.stringify(place.slice(0, 2));
    const known = parts.get(key) ?? contributionsTo(place, trace);
    parts.set(key, known);
    return explainPlace(place, value, known, model);
  };
  const leaves = found.value === undefined ? [] : leavesOf(found.value, found.path);
  const isLeaf = leaves.length === 1 && leaves[0]?.[0].length === found.path.length;
  return {
    explanation: at(found.path, found.value),
    leaves: isLeaf ? [] : leaves.map(([place, value]) => at(place, value)),
    diagnostics,
  };
}

interface Place {
  readonly path: ModelPath;
  readonly value: Encoded | undefined;
}

/** The path in what `config` prints; else in the files, where zero values and what was reset stand too. */
function resolve(
  text: string,
  project: Project,
  { tree }: TracedLoad,
  trace: Trace,
): Place | { readonly refusal: Report } {
  const shown = encodeProject(withDisabled(project), { format: 'yaml', dialect: 'v5' });
  const found = resolvePath(shown, text);
  if (found.kind === 'found') return found;
  const inFiles = tree === undefined ? found : resolvePath(encodeTree(tree), text);
  if (inFiles.kind === 'found') return inFiles;
  for (const { resets } of trace.documents) {
    const reset = resets.find((path) => formatPath(path) === text.trim());
    if (reset !== undefined) return { path: reset, value: undefined };
  }
  const report = new Report();
  const hint =
    text.trim() === ''
      ? 'Name a place: services.web.image'
      : (withSection(shown, text) ?? nearestPaths(found));
  report.error('compose.unknown-path', `the model has nothing at ${quote(text)}`, { hint });
  return { refusal: report };
}

/** `web.image` for `services.web.image`. */
function withSection(model: Encoded, text: string): string | undefined {
  const sections = model instanceof Map ? [...(model as ReadonlyMap<string, Encoded>).keys()] : [];
  const section = sections.find((name) => resolvePath(model, `${name}.${text.trim()}`).kind === 'found');
  return section === undefined ? undefined : `Did you mean "${section}.${text.trim()}"?`;
}

/** Services that a profile left out can be asked for too. */
function withDisabled(project: Project): Project {
  return { ...project, services: new Map([...project.services, ...project.disabledServices]) };
}
