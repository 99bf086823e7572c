import { compareBytes, quote } from '../../core/text.ts';
import { parseDotenv, parseRawEnv } from '../dotenv/parse.ts';
import { type PathBase, resolvePath } from '../paths/index.ts';
import type { Project, Service } from '../project.ts';
import type { Report } from '../report.ts';
import type { SourceReader } from '../source/reader.ts';
import { type Trace, tracedEnvFile } from '../trace.ts';
import type { MappingNode, Origin } from '../tree/node.ts';
import { originAt } from '../tree/path.ts';

export interface FileResolution {
  /** Read env files, too. */
  readonly environment: boolean;
  /** Where paths that were left as they are written start. */
  readonly base: PathBase;
}

/**
 * Reads label files and, when asked to, env files into the services that name them; what is written in the service
 * itself wins.
 */
export async function resolveFiles(
  project: Project,
  { environment, base }: FileResolution,
  tree: MappingNode,
  reader: SourceReader,
  report: Report,
  trace?: Trace,
): Promise<Project> {
  const services = new Map<Service['name'], Service>();
  for (const [name, service] of project.services) {
    const resolved = environment
      ? await resolveService(service, project, base, tree, reader, report, trace)
      : service;
    services.set(name, await withLabelFiles(resolved, base, tree, reader, report, trace));
  }
  return { ...project, services };
}

async function resolveService(
  service: Service,
  project: Project,
  base: PathBase,
  tree: MappingNode,
  reader: SourceReader,
  report: Report,
  trace: Trace | undefined,
): Promise<Service> {
  const { env_file: files, ...rest } = service;
  const own = service.environment;
  if (files === undefined && own === undefined) return service;
  const values = new Map<string, string | null>();
  for (const [index, file] of (files ?? []).entries()) {
    const at = originAt(tree, ['services', service.name, 'env_file', index]);
    const path = ['services', service.name, 'env_file', index];
    if (!isKnownFormat(file.format)) {
      report.error('compose.invalid-value', `unsupported env_file format ${quote(file.format)}`, {
        at: originAt(tree, [...path, 'format']),
        path: [...path, 'format'],
        hint: 'Write "raw", or leave it out.',
      });
      continue;
    }
    const found = located(file.path, base);
    if (!file.required && (await reader.kind(found)) === 'missing') continue;
    const source = await reader.read(found, 'env file', {
      at,
      path,
      ...(file.required ? { hint: 'Create it, or write "required: false" when it may be missing.' } : {}),
    });
    if (source === undefined) continue;
    const places = trace && new Map<string, Origin>();
    const lookup = (name: string): string | undefined =>
      project.environment.get(name) ?? own?.get(name) ?? undefined;
    const entries =
      file.format === 'raw'
        ? parseRawEnv(source, lookup, report, places)
        : parseDotenv(source, lookup, report, values, places);
    if (places !== undefined) {
      const file = tracedEnvFile(source, entries, places);
      trace?.serviceFiles.push({ ...file, service: service.name, into: 'environment' });
    }
    for (const [name, value] of entries) values.set(name, value);
  }
  for (const [name, value] of own ?? []) values.set(name, value ?? project.environment.get(name) ?? null);
  return { ...rest, environment: sorted(values) };
}

/** Nothing stays nothing: a file that a variable was to name. */
function located(path: string, base: PathBase): string {
  return path === '' ? '' : resolvePath(path, base);
}

function isKnownFormat(format: string | undefined): format is 'raw' | '' | undefined {
  return format === undefined || format === '' || format === 'raw';
}

async function withLabelFiles(
  service: Service,
  base: PathBase,
  tree: MappingNode,
  reader: SourceReader,
  report: Report,
  trace: Trace | undefined,
): Promise<Service> {
  if (service.label_file === undefined || service.label_file.length === 0) return service;
  const labels = new Map<string, string>();
  for (const [index, path] of service.label_file.entries()) {
    const at = originAt(tree, ['services', service.name, 'label_file', index]);
    const source = await reader.read(located(path, base), 'label file', {
      at,
      path: ['services', service.name, 'label_file', index],
    });
    if (source === undefined) continue;
    const places = trace && new Map<string, Origin>();
    // What earlier files say comes before what the file itself says further up.
    const entries = parseDotenv(source, (label) => labels.get(label), report, undefined, places);
    for (const [name, value] of entries) labels.set(name, value);
    if (places !== undefined) {
      const file = tracedEnvFile(source, entries, places);
      trace?.serviceFiles.push({ ...file, service: service.name, into: 'labels' });
    }
  }
  for (const [name, value] of service.labels ?? []) labels.set(name, value);
  return { ...service, labels: sorted(labels) };
}

function sorted<T>(values: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...values].sort(([a], [b]) => compareBytes(a, b)));
}
