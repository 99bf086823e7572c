import { labels as words } from '../../../core/labels.ts';
import type { ObservedVolume } from '../../../volumes/index.ts';
import type { ListedVolume, Volumes } from '../parts.ts';
import type { Context } from './context.ts';
import { anonymousLabel, listRecords, placesOf } from './record.ts';

export function observeVolumes(
  { root }: Context,
  { project, names }: Parameters<Volumes['observe']>[0],
): readonly ObservedVolume[] {
  const wanted = new Set(names);
  return listRecords(root)
    .filter(({ name, labels }) => labels[words.project] === project || wanted.has(name))
    .map(({ name, driver, labels }) => ({ name, driver, labels }));
}

export function listVolumes({ root }: Context): readonly ListedVolume[] {
  return listRecords(root).map(({ name, driver, driverOptions, labels, createdAt }) => ({
    name,
    driver,
    driverOptions,
    labels,
    createdAt,
    anonymous: labels[anonymousLabel] !== undefined,
    data: placesOf(root, name).data,
  }));
}
