import type { ProjectName } from '../../core/ids.ts';
import { labels } from '../../core/labels.ts';
import type { ObservedState } from '../../runtime/index.ts';
import { type Step, type StepOf, step } from './steps.ts';

/**
 * Removes the volumes that Flotilla made for itself once the containers that need them are gone. They hold copies of what
 * is elsewhere, so that nothing is lost, and secrets, so that they must not stay.
 */
export function sweepOwnVolumes(
  project: ProjectName,
  observed: Pick<ObservedState, 'containers' | 'volumes'>,
  steps: readonly Step[],
): readonly StepOf<'volume.remove'>[] {
  const own = observed.volumes.filter(
    (volume) => isOwnVolume(volume) && volume.labels[labels.project] === project,
  );
  if (own.length === 0) return [];
  const settled = new Set(
    steps.flatMap((each) => {
      if (each.kind === 'volume.fill') return [each.input.spec.name];
      // It may be full already.
      if (each.kind === 'container.create') return each.input.spec.labels[labels.filesVolume] ?? [];
      return each.kind === 'volume.remove' ? [each.input.name] : [];
    }),
  );
  const removals = new Map(
    steps.flatMap((each) =>
      each.kind === 'container.remove' && each.input.container.kind === 'existing'
        ? [[each.input.container.id, each.id] as const]
        : [],
    ),
  );
  return own
    .filter(({ name }) => !settled.has(name))
    .flatMap(({ name, labels: noted }) => {
      const users = observed.containers.filter(
        (container) =>
          container.labels[labels.filesVolume] === name ||
          container.id === noted[labels.notedContainer] ||
          // The helper of a run that was killed while it filled the volume.
          container.mounts.some((mount) => mount.kind === 'volume' && mount.name === name),
      );
      const needs = users.flatMap(({ id }) => removals.get(id) ?? []);
      if (needs.length < users.length) return [];
      return [
        step(
          'volume.remove',
          name,
          { name },
          {
            resource: { type: 'Volume', name },
            reason: 'no container needs it any more',
            needs,
            onFailure: 'tolerate',
          },
        ),
      ];
    });
}

export function isOwnVolume(volume: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return volume.labels[labels.ownVolume] !== undefined;
}
