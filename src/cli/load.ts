import { type LoadOptions, type LoadResult, loadProject, nodeFiles } from '../compose/index.ts';
import { type Diagnostic, isError } from '../core/diagnostic.ts';
import { DiagnosticsError } from '../core/error.ts';
import { isProjectName, type ProjectName, projectName } from '../core/ids.ts';
import type { LoadedProject } from '../scheduler/index.ts';
import type { CommandContext } from './command.ts';
import { remotesOf } from './remotes.ts';
import { createStyle, wantsColour } from './style.ts';

interface Context extends Pick<CommandContext, 'global' | 'io'> {
  /** The command's own; with `format: 'json'` warnings are JSON too. */
  readonly options?: object;
}

type Request = Pick<LoadOptions, 'services' | 'dependencies' | 'skip' | 'bindVariables' | 'overlay'>;

/** Loads the project that the command line means; warnings go to standard error, errors are thrown all at once. */
export async function loadForCommand(context: Context, options: Request = {}): Promise<CommandProject> {
  const loadOptions = { ...loadOptionsFor(context), ...options };
  const result = await loadProject(loadOptions);
  if (result.project === undefined) throw new DiagnosticsError(result.diagnostics.filter(isError));
  await printWarnings(context, result.diagnostics);
  return {
    project: result.project,
    locate: (path) => result.locate(path),
    remotes: result.remotes,
    loadOptions,
  };
}

export interface CommandProject extends LoadedProject, Pick<LoadResult, 'remotes'> {
  /** To load the same again in another way: what was fetched once is not fetched again. */
  readonly loadOptions: LoadOptions;
}

/** The merged files with their variables as they are written, for `config --no-interpolate`. */
export async function loadUninterpolated(
  context: Context,
  options: Pick<LoadOptions, 'services' | 'skip'>,
  format: 'yaml' | 'json' = 'yaml',
): Promise<LoadedModel> {
  const skip = { ...options.skip, interpolation: true };
  const result = await load(context, { ...options, skip });
  const model = result.plainModel(format);
  if (model === undefined) throw new DiagnosticsError(result.diagnostics.filter(isError));
  await printWarnings(context, result.diagnostics);
  return { model, locate: (path) => result.locate(path) };
}

export interface LoadedModel extends Pick<LoadResult, 'locate'> {
  readonly model: Exclude<ReturnType<LoadResult['plainModel']>, undefined>;
}

/** A project by its file, or by its name alone. */
export interface NamedProject extends Partial<LoadedProject> {
  readonly projectName: ProjectName;
}

/**
 * For commands that can do with the project's labels: without a file, but with a name (`-p`, COMPOSE_PROJECT_NAME),
 * the name alone.
 */
export async function loadOrName(context: Context): Promise<NamedProject> {
  const named = context.global.projectName ?? context.io.environment['COMPOSE_PROJECT_NAME'];
  const result = await load(context, {});
  if (result.project !== undefined) {
    await printWarnings(context, result.diagnostics);
    const { project } = result;
    return { projectName: project.name, project, locate: (path) => result.locate(path) };
  }
  const errors = result.diagnostics.filter(isError);
  const onlyFileMissing = errors.every((diagnostic) => diagnostic.code === 'compose.no-file');
  if (onlyFileMissing && context.global.file.length === 0 && named !== undefined && isProjectName(named)) {
    return { projectName: projectName(named) };
  }
  throw new DiagnosticsError(errors);
}

function load(context: Context, options: Request): ReturnType<typeof loadProject> {
  return loadProject({ ...loadOptionsFor(context), ...options });
}

/** What the global options and the process say about loading. */
export function loadOptionsFor({ global, io }: Context): LoadOptions {
  return {
    cwd: io.cwd,
    environment: io.environment['PWD'] === undefined ? { ...io.environment, PWD: io.cwd } : io.environment,
    home: io.home,
    files: nodeFiles(() => io.stdin.readText()),
    configFiles: global.file,
    envFiles: global.envFile,
    profiles: global.profile,
    remotes: remotesOf({ global, io }),
    keepUnusedResources: global.allResources,
    compatibility: global.compatibility,
    ...(global.projectName === undefined ? {} : { projectName: global.projectName }),
    ...(global.projectDirectory === undefined ? {} : { projectDirectory: global.projectDirectory }),
  };
}

/** Warnings among the diagnostics, as text or as the JSON lines that were asked for, to standard error. */
export async function printWarnings(
  { global, io, options }: Context,
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  const warnings = diagnostics.filter((diagnostic) => !isError(diagnostic));
  if (warnings.length === 0) return;
  const { diagnosticLines, wantsJsonDiagnostics } = await import('./diagnostic-lines.ts');
  if (wantsJsonDiagnostics(global, options)) {
    io.stderr.write(diagnosticLines(warnings));
    return;
  }
  const { presentDiagnostics } = await import('./present-error.ts');
  io.stderr.write(presentDiagnostics(warnings, createStyle(wantsColour(io.stderr, io, global))));
}
