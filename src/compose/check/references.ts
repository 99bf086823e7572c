import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import type { ModelPath, Project, Service } from '../project.ts';
import type { Complain } from './complain.ts';

const suffix = ': invalid compose project';

/** What a service names must be there. */
export function checkReferences(service: Service, project: Project, complain: Complain): void {
  const { name } = service;
  const path: ModelPath = ['services', name];
  const undefinedResource = (
    kind: string,
    section: string,
    at: ModelPath,
    key: string,
    known: Iterable<string>,
  ): void =>
    complain(
      at,
      'compose.undefined-resource',
      `service ${quote(name)} refers to undefined ${kind} ${key}${suffix}`,
      hint(key, known, `Declare it under the top-level "${section}:".`),
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
    undefinedResource('volume', 'volumes', [...path, 'volumes', index], mount.source, project.volumes.keys());
  }
  for (const [index, { source }] of (service.configs ?? []).entries()) {
    if (!project.configs.has(source))
      undefinedResource('config', 'configs', [...path, 'configs', index], source, project.configs.keys());
  }
  for (const [index, { source }] of (service.secrets ?? []).entries()) {
    if (!project.secrets.has(source))
      undefinedResource('secret', 'secrets', [...path, 'secrets', index], source, project.secrets.keys());
  }
  for (const [index, { source }] of (service.build?.secrets ?? []).entries()) {
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
}

function checkDependencies(service: Service, project: Project, path: ModelPath, complain: Complain): void {
  for (const [needed, edge] of service.depends_on ?? []) {
    if (project.services.has(needed)) continue;
    const disabled = project.disabledServices.get(needed);
    if (disabled !== undefined && !edge.required) continue;
    const advice =
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
