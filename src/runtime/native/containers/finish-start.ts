import type { Engine } from '../engine.ts';
import { attemptContainer } from './lock.ts';
import { preparedProcess, releaseProcess } from './monitor.ts';
import type { ContainerRecord } from './record.ts';
import { isRunning, lifeOf } from './run.ts';

/** Whether its start is noted and its program has not begun: somebody is just about to let it, or was killed. */
export function awaitsRelease(engine: Engine, { id }: ContainerRecord): boolean {
  return preparedProcess(engine, id) !== undefined && isRunning(lifeOf(engine, id));
}

/** Lets such a program begin, unless somebody else is at it. */
export async function finishStart(engine: Engine, record: ContainerRecord): Promise<void> {
  if (!awaitsRelease(engine, record)) return;
  await attemptContainer(engine, record.id, async () => {
    if (awaitsRelease(engine, record)) await releaseProcess(engine, record);
  });
}
