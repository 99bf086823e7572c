import { randomBytes } from 'node:crypto';
import { arch } from 'node:os';
import { FlotillaError } from '../../../core/error.ts';
import { type ContainerId, containerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { CreateOptions } from '../../driver.ts';
import { conflict, isSame } from '../../ownership.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { Engine } from '../engine.ts';
import { announce, projectOf } from '../events/journal.ts';
import { isFor } from '../images/platform.ts';
import { refuseWhatIsMissing } from '../oci/index.ts';
import type { StoredImage } from '../parts.ts';
import { probePlanOf } from '../supervisor/probe-schedule.ts';
import { isSupervised, summonSupervisor } from '../supervisor/summon.ts';
import { holdContainer } from './lock.ts';
import { prepareContainer } from './prepare.ts';
import {
  type ContainerRecord,
  findRecord,
  isMade,
  makeFolder,
  publishRecord,
  requireContainerName,
} from './record.ts';
import { discard } from './remove.ts';
import { volumesOf } from './users.ts';
import type { Warmth } from './warmth.ts';

/** As `Driver.createContainer`. */
export async function createContainer(
  engine: Engine,
  warmth: Warmth,
  spec: ContainerSpec,
  options: CreateOptions,
  signal: AbortSignal | undefined,
): Promise<ContainerId> {
  signal?.throwIfAborted();
  const name = options.as ?? spec.name;
  requireContainerName(name);
  const existing = findRecord(engine.root, name);
  if (existing !== undefined && existing.name === name) {
    const id = sameOrConflict(existing, spec);
    if (await isWhole(engine, existing)) return id;
    return createContainer(engine, warmth, spec, options, signal);
  }
  refuseWhatIsMissing(spec);
  const image = await requireImage(engine, spec.image, spec);
  const record: ContainerRecord = {
    version: 1,
    id: containerId(randomBytes(32).toString('hex')),
    name,
    spec,
    image: { id: image.id, config: image.config },
    inherited: [...(options.inherit ?? []).map((volume) => volume.name), ...takenVolumes(engine, spec)],
    createdAt: engine.now(),
  };
  if (probePlanOf(record) !== undefined) summonEarly(engine, projectOf(record));
  makeFolder(engine.root, record.id);
  const isMine = await holdContainer(engine, record.id, () => make(engine, record, options, signal));
  if (!isMine) return createContainer(engine, warmth, spec, options, signal);
  announce(engine, record, { action: 'create' });
  warmth.warm(record);
  return record.id;
}

/** False when somebody else has the name. The caller holds the container. */
async function make(
  engine: Engine,
  record: ContainerRecord,
  options: CreateOptions,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const owner = await publishRecord(engine, record);
  if (owner !== undefined) {
    await discard(engine, record, false);
    return false;
  }
  try {
    // From now on nobody takes it away; until now somebody may have.
    const image = await requireImage(engine, record.image.id, record.spec);
    await prepareContainer(engine, record, { ...options, image, inherit: options.inherit ?? [] }, signal);
    signal?.throwIfAborted();
    return true;
  } catch (error) {
    // Not even an abort may leave it behind.
    await discard(engine, record, true);
    throw error;
  }
}

/** Those that come by `volumes_from`. */
function takenVolumes({ root }: Engine, spec: ContainerSpec): readonly string[] {
  return spec.volumesFrom.flatMap((entry) => {
    const other = findRecord(root, entry.split(':')[0] ?? '');
    return other === undefined ? [] : volumesOf(root, other);
  });
}

/** Who waits until it is healthy shall not wait for the supervisor's own start, which goes on while containers are made. */
function summonEarly(engine: Engine, project: string): void {
  engine.names.serve(project, isSupervised(engine.root, project));
  summonSupervisor(engine, project, true);
}

/**
 * Whether the container that has the name by now was made to its end. Who makes it holds its lock, so one that is not
 * made then is what a killed command has left, and goes.
 */
async function isWhole(engine: Engine, existing: ContainerRecord): Promise<boolean> {
  if (isMade(engine.root, existing.id)) return true;
  await holdContainer(engine, existing.id, async () => {
    if (!isMade(engine.root, existing.id)) await discard(engine, existing, true);
  }).catch((error: unknown) => {
    // Somebody else may have been faster.
    if (findRecord(engine.root, existing.id) !== undefined) throw error;
  });
  return isMade(engine.root, existing.id);
}

function sameOrConflict(existing: ContainerRecord, spec: ContainerSpec): ContainerId {
  if (isSame(existing.spec.labels, spec.labels)) return existing.id;
  throw conflict('container', existing.name);
}

async function requireImage(
  engine: Engine,
  reference: string,
  { name, image: written, platform }: ContainerSpec,
): Promise<StoredImage> {
  const image = await engine.parts.images.find(reference);
  if (image !== undefined) {
    if (platform === undefined || isFor(platform, image, arch())) return image;
    throw new FlotillaError(
      'image.not-found',
      `cannot create container ${quote(name)}: image with reference ${written} was found but does not match the specified platform: wanted ${platform}, actual: ${image.os}/${image.architecture}`,
    );
  }
  throw new FlotillaError('image.not-found', `there is no image ${quote(written)} on this machine`, {
    hint: 'Pull it, or load it with `flotilla image load`.',
  });
}
