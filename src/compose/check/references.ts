import type { ServiceName } from '../../core/ids.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import type { ModelPath, Project, Service } from '../project.ts';
import type { Complain } from './complain.ts';

const suffix = ': invalid compose project';

/** What a service names must be there. */
export function checkReferences(
  service: Service,
  project: Project,
  complain: Complain,
  /** What stands there was typed, and no file has to declare it. */
  isTyped: (path: ModelPath) => boolean,
): void {
  const { name } = service;
  const path: ModelPath = ['services', name];
  const undefinedResource = (
    kind: string,
    section: Section,
    at: ModelPath,
    key: string | undefined,
    known: Iterable<string>,
  ): void =>
    complain(
      at,
      'compose.undefined-resource',
      `service ${quote(name)} refers to undefined ${kind} ${key ?? ''}${suffix}`,
      () => declarationHint(section, key, [...known]),
    );
  for (const key of service.networks?.keys() ?? []) {
    if (!project.networks.has(key))
      undefinedResource('network', 'networks', [...path, 'networks', key], key, project.networks.keys());
  }
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    if (
      mount.type !== 'volume' ||
      mount.source === undefined ||
      mount.source === '' ||
      project.volumes.has(mount.source)
    )
      continue;
    const at = [...path, 'volumes', index];
    if (!mount.source.includes('/') && isTyped(at)) continue;
    if (mount.source.includes('/')) {
      complain(
        at,
        'compose.undefined-resource',
        `service ${quote(name)} refers to undefined volume ${mount.source}${suffix}`,
        `A volume has no "/" in its name; for a folder of this machine write ${quote(`./${mount.source}`)}.`,
      );
    } else undefinedResource('volume', 'volumes', at, mount.source, project.volumes.keys());
  }
  for (const [index, { source = '' }] of (service.configs ?? []).entries()) {
    if (!project.configs.has(source))
      undefinedResource('config', 'configs', [...path, 'configs', index], source, project.configs.keys());
  }
  for (const [index, { source = '' }] of (service.secrets ?? []).entries()) {
    if (!project.secrets.has(source))
      undefinedResource('secret', 'secrets', [...path, 'secrets', index], source, project.secrets.keys());
  }
  for (const [index, { source = '' }] of (service.build?.secrets ?? []).entries()) {
    if (!project.secrets.has(source))
      undefinedResource(
        'build secret',
        'secrets',
        [...path, 'build', 'secrets', index],
        source,
        project.secrets.keys(),
      );
  }
  for (const key of service.models?.keys() ?? []) {
    if (!project.models.has(key))
      undefinedResource('model', 'models', [...path, 'models', key], key, project.models.keys());
  }
  checkDependencies(service, project, path, complain);
  checkSharedNetwork(service, project, path, complain);
  checkBuildContexts(service, project, path, complain);
}

/** Not where `depends_on` has said the same: a shared network is a dependency. */
function checkSharedNetwork(service: Service, project: Project, path: ModelPath, complain: Complain): void {
  const shared = servicePart(service.network_mode);
  if (shared === undefined || project.services.has(shared)) return;
  const edge = service.depends_on?.get(shared);
  if (edge !== undefined && (edge.required || !project.disabledServices.has(shared))) return;
  complain(
    [...path, 'network_mode'],
    'compose.undefined-service',
    `service ${quote(shared)} not found for network_mode 'service:${shared}'`,
    () => absence(shared, project, 'Add the service, or use another network.'),
  );
}

/** An additional context may be what another service builds. */
function checkBuildContexts(service: Service, project: Project, path: ModelPath, complain: Complain): void {
  for (const [name, place] of service.build?.additional_contexts ?? []) {
    const needed = servicePart(place);
    if (needed === undefined) continue;
    const at = [...path, 'build', 'additional_contexts', name];
    const other = project.services.get(needed);
    if (other === undefined) {
      complain(
        at,
        'compose.undefined-service',
        `service ${quote(service.name)} declares unknown service ${quote(needed)} as additional contexts ${name}`,
        () => absence(needed, project, 'Add the service, or name a folder.'),
      );
    } else if (other.build === undefined) {
      complain(
        at,
        'compose.conflict',
        `service ${quote(service.name)} declares non-buildable service ${quote(needed)} as additional contexts ${name}`,
        `Give ${quote(needed)} a "build:", or name its image: "docker-image://${other.image ?? 'IMAGE'}".`,
      );
    }
  }
}

/** `service:NAME`. */
function servicePart(place: string | null | undefined): ServiceName | undefined {
  return place?.startsWith('service:') === true ? (place.slice('service:'.length) as ServiceName) : undefined;
}

/** What to do about a service that is left out, or that there is none of. */
function absence(name: ServiceName, { services, disabledServices }: Project, otherwise: string): string {
  const disabled = disabledServices.get(name);
  return disabled === undefined
    ? hint(name, services.keys(), otherwise)
    : `${quote(name)} is left out by its profiles (${(disabled.profiles ?? []).join(', ')}): enable one with --profile. ${otherwise}`;
}

function checkDependencies(service: Service, project: Project, path: ModelPath, complain: Complain): void {
  for (const [needed, edge] of service.depends_on ?? []) {
    if (project.services.has(needed)) continue;
    const disabled = project.disabledServices.get(needed);
    if (disabled !== undefined && !edge.required) continue;
    const advice = (): string =>
      disabled === undefined
        ? hint(needed, project.services.keys(), 'Add the service, or remove the dependency.')
        : `${quote(needed)} is left out by its profiles (${(disabled.profiles ?? []).join(', ')}): enable one with --profile, or write "required: false".`;
    complain(
      [...path, 'depends_on', needed],
      'compose.undefined-service',
      `service ${quote(service.name)} depends on undefined service ${quote(needed)}${suffix}`,
      advice,
    );
  }
}

function hint(key: string, known: Iterable<string>, otherwise: string): string {
  const [near] = suggest(key, known);
  return near === undefined ? otherwise : `Did you mean ${quote(near)}? ${otherwise}`;
}

type Section = 'networks' | 'volumes' | 'configs' | 'secrets' | 'models';

/** The lines to paste, after the name that was probably meant. */
function declarationHint(section: Section, key: string | undefined, known: readonly string[]): string {
  if (key === undefined || key === '') return `Add "source:", a name below the top-level "${section}:".`;
  const [near] = suggest(key, known);
  const lines = `${section}:\n  ${key}:${settings[section]}`;
  if (near !== undefined) return `Did you mean ${quote(near)}? Else declare it at the left margin:\n${lines}`;
  return known.some((name) => name !== 'default')
    ? `Declare it below the top-level "${section}:":\n${lines}`
    : `Declare it at the left margin:\n${lines}`;
}

/** What a declaration needs below its name. */
const settings: Readonly<Record<Section, string>> = {
  networks: '',
  volumes: '',
  configs: '\n    file: ./path/to/file',
  secrets: '\n    file: ./path/to/file',
  models: '\n    model: name/of-the-model',
};
