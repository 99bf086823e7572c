import type { InheritableVolume, MountSpec, VolumeMount } from '../volumes/index.ts';
import { cleanPath } from './clean-path.ts';

/**
 * Takes over volumes of the replaced container: an anonymous volume of the service becomes that volume, and a VOLUME
 * of the image for which the service says nothing is mounted from it.
 */
export function inheritVolumes(
  specs: readonly MountSpec[],
  inherited: readonly InheritableVolume[],
  imageVolumes: readonly string[],
): readonly MountSpec[] {
  const byTarget = new Map(inherited.map((volume) => [cleanPath(volume.target), volume.name]));
  const kept = specs.map((spec): MountSpec => {
    if (spec.kind !== 'volume' || spec.name !== undefined) return spec;
    const name = byTarget.get(cleanPath(spec.target));
    return name === undefined ? spec : { ...spec, name };
  });
  const taken = new Set(specs.map((spec) => cleanPath(spec.target)));
  const declared = new Set(imageVolumes.map(cleanPath));
  const added = [...byTarget]
    .filter(([target]) => declared.has(target) && !taken.has(target))
    .map(
      ([target, name]): VolumeMount => ({
        kind: 'volume',
        name,
        target,
        readOnly: false,
        noCopy: false,
        labels: {},
      }),
    );
  return [...kept, ...added];
}

/** Whether `inheritVolumes` would look at the image's VOLUMEs at all. */
export function asksForImageVolumes(
  specs: readonly MountSpec[],
  inherited: readonly InheritableVolume[],
): boolean {
  const taken = new Set(specs.map((spec) => cleanPath(spec.target)));
  return inherited.some((volume) => !taken.has(cleanPath(volume.target)));
}
