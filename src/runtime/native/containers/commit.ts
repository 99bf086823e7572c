import { join } from 'node:path';
import type { ContainerId } from '../../../core/ids.ts';
import { quote } from '../../../core/text.ts';
import type { CommitOptions } from '../../driver.ts';
import type { Engine } from '../engine.ts';
import { layerOf } from '../files/layer.ts';
import { untilRemoved } from '../files/until-removed.ts';
import { requireRecord } from './find.ts';
import { pauseContainer, unpauseContainer } from './pause.ts';
import { lastingPlaces } from './places.ts';
import type { ContainerRecord } from './record.ts';
import { lifeOf } from './run.ts';
import { settingsOf } from './settings.ts';

/** As `Driver.commitContainer`. */
export async function commitContainer(
  engine: Engine,
  container: ContainerId,
  options: CommitOptions,
  signal: AbortSignal | undefined,
): Promise<string> {
  signal?.throwIfAborted();
  const record = requireRecord(engine.root, container);
  const isHeld = options.pause && lifeOf(engine, record.id).stage === 'running';
  if (isHeld) await pauseContainer(engine, record.id, signal);
  try {
    return await commit(engine, record, options, signal);
  } finally {
    if (isHeld) await unpauseContainer(engine, record.id, undefined);
  }
}

function commit(
  engine: Engine,
  record: ContainerRecord,
  { reference, author, message, changes }: CommitOptions,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { id, name, image } = record;
  const upper = join(lastingPlaces(engine.root, id).folder, 'upper');
  const config = settingsOf(record);
  return engine.parts.images.extend(
    {
      base: image.id,
      what: `what is different in container ${quote(name)}`,
      archive: () => untilRemoved(engine, record, layerOf(engine.libc, upper, name)),
      config,
      changes,
      by: config.Cmd.join(' '),
      ...(reference === undefined ? {} : { reference }),
      ...(author === undefined ? {} : { author }),
      ...(message === undefined ? {} : { message }),
    },
    signal,
  );
}
