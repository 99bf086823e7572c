import type { SourceRange } from '../core/diagnostic.ts';
import { serviceName } from '../core/ids.ts';
import { type LayerContext, parseLayer } from './layer.ts';
import { readLayers } from './layers.ts';
import type { ServiceOverlay } from './load-options.ts';
import type { Project } from './project.ts';
import type { Report } from './report.ts';
import { type ProjectEnvironment, readEnvFiles } from './source/environment.ts';
import type { SourceReader } from './source/reader.ts';
import { SourceText } from './source/source-text.ts';
import { child, type MappingNode } from './tree/node.ts';

/** The files with what the command line says about a service laid on them. */
export async function withOverlay(
  tree: MappingNode,
  overlay: ServiceOverlay | undefined,
  context: LayerContext,
): Promise<MappingNode | undefined> {
  const services = child(tree, 'services');
  if (overlay === undefined || services === undefined) return tree;
  // Of a service that is not there, its absence is all that is to be told.
  if (child(services, overlay.service) === undefined) return tree;
  const source = new TypedText(overlay);
  return readLayers([parseLayer(overlay.path, source, context.report)], context, tree);
}

/** Text that stands for options: its places are those that were typed, and its lines nobody has written. */
class TypedText extends SourceText {
  readonly #overlay: ServiceOverlay;

  constructor(overlay: ServiceOverlay) {
    super(overlay.path, overlay.text);
    this.#overlay = overlay;
  }

  override range(start: number, end: number): SourceRange {
    const { path, options } = this.#overlay;
    const range = super.range(start, end);
    const option = options[range.start.line];
    const point = { line: 1, column: 1 };
    return {
      file: option === undefined ? path : `${path} (${option})`,
      typed: true,
      start: point,
      end: point,
    };
  }

  override frame(): string {
    return '';
  }
}

/** The project with the variables of the command line in the service's environment. */
export async function withOverlayEnvironment(
  project: Project | undefined,
  overlay: ServiceOverlay | undefined,
  context: {
    readonly reader: SourceReader;
    readonly environment: Pick<ProjectEnvironment, 'lookup'>;
    readonly report: Report;
  },
): Promise<Project | undefined> {
  if (project === undefined || overlay === undefined) return project;
  const name = serviceName(overlay.service);
  const service = project.services.get(name);
  if (service === undefined) return project;
  const { reader, report } = context;
  const { lookup } = context.environment;
  const values = new Map(service.environment);
  const paths = overlay.envFiles.map((path) => reader.resolve(path));
  for (const [key, value] of await readEnvFiles(paths, lookup, reader, report)) values.set(key, value);
  for (const entry of overlay.environment) {
    const equals = entry.indexOf('=');
    const key = equals < 0 ? entry : entry.slice(0, equals);
    const value = equals < 0 ? lookup(key) : entry.slice(equals + 1);
    // What is not set outside stays as the file has it.
    if (value !== undefined) values.set(key, value);
  }
  if (report.failed) return undefined;
  return { ...project, services: new Map(project.services).set(name, { ...service, environment: values }) };
}
