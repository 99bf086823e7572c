import type { Engine } from '../engine.ts';
import { holdContainer } from './lock.ts';
import { type Prepared, prepareProcess } from './monitor.ts';
import { type ContainerRecord, findRecord } from './record.ts';
import { lifeOf } from './run.ts';

/**
 * Makes the processes of created containers ahead, so that their start is one byte into a pipe. What cannot be made
 * ahead (a namespace of a container that does not run yet, a program that is not there) is made by the start, which
 * then tells what is wrong.
 */
export interface Warmth {
  warm(record: ContainerRecord): void;
  /** Resolves when nothing is being made any more. */
  settled(): Promise<void>;
}

export function createWarmth(engine: Engine): Warmth {
  const making = new Set<Promise<unknown>>();
  return {
    warm(record) {
      const made = holdContainer(engine, record.id, () => prepareAhead(engine, record)).catch(
        () => undefined,
      );
      making.add(made);
      void made.finally(() => making.delete(made));
    },
    settled: async () => {
      while (making.size > 0) await Promise.all(making);
    },
  };
}

async function prepareAhead(engine: Engine, record: ContainerRecord): Promise<Prepared | undefined> {
  if (findRecord(engine.root, record.id) === undefined) return undefined;
  if (lifeOf(engine, record.id).stage !== 'created') return undefined;
  return await prepareProcess(engine, record, 1);
}
