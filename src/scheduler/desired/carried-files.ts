import { createHash } from 'node:crypto';
import type { FileContents, Project, Service } from '../../compose/index.ts';
import { composeVersion, labels } from '../../core/labels.ts';
import type { FileSpec } from '../../runtime/index.ts';
import type { VolumeSpec } from '../../volumes/index.ts';
import { deliveries } from './deliveries.ts';

/** The volume that brings configs and secrets into containers which nothing can be put into, and what is in it. */
export interface CarriedFiles {
  readonly volume: VolumeSpec;
  /** `path` is relative to the volume, `target` absolute in the container. */
  readonly files: readonly (FileSpec & { readonly target: string })[];
}

/**
 * Undefined when a service needs no such volume. It is named after what is in it and never changes: another content is
 * another volume, so that the containers that still use the old one keep it.
 */
export function carriedFiles(
  project: Project,
  service: Service,
  contents?: FileContents,
): CarriedFiles | undefined {
  const files = deliveries(project, service, contents).flatMap(
    ({ way, kind, index, target, content, mode, uid, gid }) =>
      way === 'carry' && content !== undefined
        ? [{ path: `${kind}-${index}`, target, content, mode, uid, gid }]
        : [],
  );
  if (files.length === 0) return undefined;
  const hash = hashOf(`${project.name}/${service.name}`, files);
  return {
    volume: {
      key: `${service.name}/files`,
      name: `${project.name}_${service.name}_files-${hash.slice(0, 12)}`,
      driver: 'local',
      driverOptions: {},
      labels: {
        [labels.project]: project.name,
        [labels.version]: composeVersion,
        [labels.configHash]: hash.slice(0, 12),
        [labels.ownVolume]: 'files',
      },
      hash: hash.slice(0, 12),
    },
    files,
  };
}

function hashOf(salt: string, files: CarriedFiles['files']): string {
  const hash = createHash('sha256').update(salt);
  for (const { path, content, mode, uid, gid } of files) {
    hash.update(`\0${path}\0${mode}\0${uid}\0${gid}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
