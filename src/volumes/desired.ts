import { type Project, type Volume, volumeHash } from '../compose/index.ts';
import { composeVersion, labels } from '../core/labels.ts';
import { compareBytes } from '../core/text.ts';
import type { VolumeSpec } from './spec.ts';

/** The named volumes that a project needs: those it makes, and the names of those that must be there already. */
export interface DesiredVolumes {
  readonly owned: readonly VolumeSpec[];
  readonly external: readonly { readonly key: string; readonly name: string }[];
}

export function desiredVolumes(project: Project): DesiredVolumes {
  const sorted = [...project.volumes].sort(([left], [right]) => compareBytes(left, right));
  return {
    owned: sorted
      .filter(([, volume]) => volume.external !== true)
      .map(([key, volume]) => volumeSpec(project, key, volume)),
    external: sorted
      .filter(([, volume]) => volume.external === true)
      .map(([key, volume]) => ({ key, name: volume.name })),
  };
}

function volumeSpec(project: Project, key: string, volume: Volume): VolumeSpec {
  // Like docker compose, the hash covers the definition before the tool's own labels join it.
  const hash = volumeHash(volume);
  return {
    key,
    name: volume.name,
    driver: volume.driver ?? 'local',
    driverOptions: Object.fromEntries(volume.driver_opts ?? []),
    labels: {
      ...Object.fromEntries(volume.labels ?? []),
      [labels.volume]: key,
      [labels.project]: project.name,
      [labels.version]: composeVersion,
      [labels.configHash]: hash,
    },
    hash,
  };
}
