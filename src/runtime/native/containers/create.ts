import { randomBytes } from 'node:crypto';
import { FlotillaError } from '../../../core/error.ts';
import { type ContainerId, containerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { CreateOptions } from '../../driver.ts';
import { conflict, isSame } from '../../ownership.ts';
import type { ContainerSpec } from '../../spec.ts';
import type { Engine } from '../engine.ts';
import { announce } from '../events/journal.ts';
import type { StoredImage } from '../parts.ts';
import { holdContainer } from './lock.ts';
import { prepareContainer } from './prepare.ts';
import { type ContainerRecord, findRecord, isMade, publishRecord } from './record.ts';
import { discard } from './remove.ts';
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
  const existing = findRecord(engine.root, name);
  if (existing !== undefined && existing.name === name) {
    const id = sameOrConflict(existing, spec);
    if (await isWhole(engine, existing)) return id;
    return createContainer(engine, warmth, spec, options, signal);
  }
  const image = await requireImage(engine, spec.image);
  const record: ContainerRecord = {
    version: 1,
    id: containerId(randomBytes(32).toString('hex')),
    name,
    spec,
    image: { id: image.id, config: image.config },
    inherited: (options.inherit ?? []).map((volume) => volume.name),
    createdAt: engine.now(),
  };
  const owner = await publishRecord(engine, record);
  if (owner !== undefined) {
    await discard(engine, record, false);
    return createContainer(engine, warmth, spec, options, signal);
  }
  try {
    await holdContainer(engine, record.id, () =>
      prepareContainer(engine, record, { image, inherit: options.inherit ?? [] }, signal),
    );
    signal?.throwIfAborted();
  } catch (error) {
    // Not even an abort may leave it behind.
    await discard(engine, record, true);
    throw error;
  }
  announce(engine, record, { action: 'create' });
  warmth.warm(record);
  return record.id;
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

async function requireImage(engine: Engine, reference: string): Promise<StoredImage> {
  const image = await engine.parts.images.find(reference);
  if (image !== undefined) return image;
  throw new FlotillaError('image.not-found', `there is no image ${quote(reference)} on this machine`, {
    hint: 'Pull it, or load it with `flotilla image load`.',
  });
}
