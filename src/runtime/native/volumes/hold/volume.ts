import type { VolumeMount } from '../../../../volumes/index.ts';
import type { HeldMount, MountRequest } from '../../parts.ts';
import type { Context } from '../context.ts';
import { copyUp } from '../copy-up.ts';
import { mountHost } from '../host-mounts.ts';
import { checkDriver, driverMount } from '../local-driver.ts';
import {
  anonymousLabel,
  anonymousName,
  makeVolume,
  placesOf,
  readRecord,
  type VolumeRecord,
} from '../record.ts';
import { subpathIn } from './subpath.ts';

/** A volume, made when it is missing; `made` hears of a new one without a name. */
export async function holdVolume(
  context: Context,
  spec: VolumeMount,
  { id, rootfs }: Pick<MountRequest, 'id' | 'rootfs'>,
  made: (name: string) => void,
): Promise<HeldMount> {
  const record = await requireVolume(context, spec, id, made);
  const places = placesOf(context.root, record.name);
  const host = driverMount(record, places);
  if (host !== undefined) await mountHost(context, host);
  const { target, readOnly, subpath } = spec;
  if (!spec.noCopy && subpath === undefined) {
    await copyUp(context, record, places, { rootfs, target });
  }
  const source =
    subpath === undefined
      ? places.data
      : subpathIn(places.data, subpath, `volume ${JSON.stringify(record.name)}`);
  return {
    oci: {
      destination: target,
      type: 'bind',
      source,
      options: ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'],
    },
    observed: { kind: 'volume', name: record.name, source: places.data, target },
    readOnly,
    anonymous: record.labels[anonymousLabel] !== undefined,
    ...(host === undefined ? {} : { host }),
  };
}

async function requireVolume(
  { root, now }: Context,
  spec: VolumeMount,
  container: string,
  made: (name: string) => void,
): Promise<VolumeRecord> {
  const existing = spec.name === undefined ? undefined : readRecord(root, spec.name);
  if (existing !== undefined) return existing;
  checkDriver(`volume ${JSON.stringify(spec.name ?? spec.target)}`, spec.driver ?? 'local', {});
  const record: VolumeRecord = {
    version: 1,
    name: spec.name ?? anonymousName(container, spec.target),
    driver: 'local',
    driverOptions: {},
    labels: spec.name === undefined ? { ...spec.labels, [anonymousLabel]: '' } : spec.labels,
    createdAt: now(),
  };
  if (await makeVolume(root, record)) {
    if (spec.name === undefined) made(record.name);
    return record;
  }
  // Somebody else was faster.
  return readRecord(root, record.name) ?? record;
}
