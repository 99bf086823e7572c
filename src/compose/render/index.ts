import { type Encoded, goJson, Spelled } from '../../core/go-json.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { Dialect, EncodeTarget } from '../model/codec.ts';
import { mapOf } from '../model/collections.ts';
import { encodeExtension } from '../model/extensions.ts';
import { sortKeys } from '../model/key-order.ts';
import { config, model, network, secret, volume } from '../model/resources.ts';
import { service } from '../model/service.ts';
import type { Project, Service } from '../project.ts';
import { writeYaml } from './yaml.ts';

export interface RenderOptions {
  readonly format: 'yaml' | 'json';
  /** `$` is written as it is instead of `$$`, for models whose variables were not replaced. */
  readonly keepVariables?: boolean;
  readonly dialect?: Dialect;
  /** Changes what is shown, before dollar signs are doubled. */
  readonly transform?: (model: Encoded) => Encoded;
}

/** The resolved project as `docker compose config` prints it; ends with a newline in YAML, without one in JSON. */
export function renderProject(
  project: Project,
  { format, keepVariables = false, dialect = 'v5', transform = (model) => model }: RenderOptions,
): string {
  const encoded = transform(encodeProject(project, { format, dialect }));
  const shown = keepVariables ? encoded : escapeDollars(encoded);
  return format === 'json' ? goJson(shown, { indent: 2 }) : writeYaml(shown);
}

/** A model that was not bound to types, such as the one that still has its variables, as `config` prints it. */
export function renderModel(model: Encoded, format: 'yaml' | 'json'): string {
  return format === 'json' ? goJson(model, { indent: 2 }) : writeYaml(model);
}

/** YAML lists the sections in a fixed order, JSON by name; JSON has no models, as in the reference. */
export function encodeProject(project: Project, target: EncodeTarget): ReadonlyMap<string, Encoded> {
  const { name, networks, volumes, secrets, configs, models, extensions } = project;
  const services = withoutLabelFiles(project.services);
  const sections = new Map<string, Encoded>();
  const yaml = target.format === 'yaml';
  if (!yaml || name !== nameless) sections.set('name', name);
  sections.set('services', mapOf(service).encode(services, target));
  if (networks.size > 0) sections.set('networks', mapOf(network).encode(networks, target));
  if (volumes.size > 0) sections.set('volumes', mapOf(volume).encode(volumes, target));
  if (secrets.size > 0) sections.set('secrets', mapOf(secret).encode(secrets, target));
  if (configs.size > 0) sections.set('configs', mapOf(config).encode(configs, target));
  if (yaml && models.size > 0) sections.set('models', mapOf(model).encode(models, target));
  for (const key of sortKeys(extensions.keys(), target.format))
    sections.set(key, encodeExtension(extensions, key, target.format));
  return yaml ? sections : new Map([...sections].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A part of a project that is printed to be laid on the whole has no name of its own. */
const nameless: string = '';

/** Their labels are in `labels` by now. */
function withoutLabelFiles(services: Project['services']): Project['services'] {
  return new Map(
    [...services].map(([name, { label_file: _files, ...rest }]): [ServiceName, Service] => [name, rest]),
  );
}

function escapeDollars(value: Encoded): Encoded {
  if (typeof value === 'string') return value.includes('$') ? value.replaceAll('$', '$$$$') : value;
  if (value === null || typeof value !== 'object' || value instanceof Spelled) return value;
  if (value instanceof Map) {
    return new Map(
      [...(value as ReadonlyMap<string, Encoded>)].map(([key, item]) => [
        key.replaceAll('$', '$$$$'),
        escapeDollars(item),
      ]),
    );
  }
  return (value as readonly Encoded[]).map(escapeDollars);
}
