import { hash } from 'node:crypto';
import type { FileContents, Project, Service } from '../../compose/index.ts';
import { composeVersion, labels } from '../../core/labels.ts';
import type { FileSpec } from '../../runtime/index.ts';
import type { ObservedVolume, VolumeSpec } from '../../volumes/index.ts';
import { deliveries } from './deliveries.ts';

/** A file that a volume brings along: `path` is relative to the volume, `target` absolute in the container. */
export type CarriedFile = FileSpec & { readonly target: string };

/** Configs and secrets that come into a service's containers by a volume, because nothing can be put into those. */
export function carriedFiles(
  project: Project,
  service: Service,
  contents?: FileContents,
): readonly CarriedFile[] {
  return deliveries(project, service, contents).flatMap(
    ({ way, kind, index, target, content, mode, uid, gid }) =>
      way === 'carry' && content !== undefined
        ? [{ path: `${kind}-${index}`, target, content, mode, uid, gid }]
        : [],
  );
}

/**
 * The volume that they are in, which never changes: another content is another volume, so that the containers that still
 * use the old one keep it. It is numbered, because its name is in plans, events and traces, and nobody shall try guesses of
 * a secret on it; which volume has which content is a label of it.
 */
export function filesVolume(
  project: Project,
  service: Service,
  files: readonly CarriedFile[],
  observed: readonly ObservedVolume[],
): VolumeSpec {
  const digest = digestOf(`${project.name}/${service.name}`, files);
  const prefix = `${project.name}_${service.name}_files-`;
  const others = observed.filter(
    ({ name, labels: own }) => name.startsWith(prefix) && own[labels.project] === project.name,
  );
  const full = others.find(({ labels: own }) => own[labels.configHash] === digest);
  const names = new Set(observed.map(({ name }) => name));
  return {
    key: `${service.name}/files`,
    name: full?.name ?? firstFree(prefix, names),
    driver: 'local',
    driverOptions: {},
    labels: {
      [labels.project]: project.name,
      [labels.version]: composeVersion,
      [labels.configHash]: digest,
      [labels.ownVolume]: 'files',
    },
    hash: digest,
  };
}

function firstFree(prefix: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
}

function digestOf(salt: string, files: readonly CarriedFile[]): string {
  const parts = files.map(({ path, content, mode, uid, gid }) => [
    path,
    mode,
    uid,
    gid,
    hash('sha256', content),
  ]);
  return hash('sha256', JSON.stringify([salt, ...parts])).slice(0, 12);
}
