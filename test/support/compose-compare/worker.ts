import { parentPort, workerData } from 'node:worker_threads';
import { compareSeeds } from './run.ts';

interface Work {
  readonly program: string;
  readonly folder: string;
  readonly first: number;
  readonly end: number;
  readonly step: number;
  readonly shrink: number;
}

const work = workerData as Work;
const seen = new Map<string, number>();

const counts = await compareSeeds({
  program: work.program,
  folder: work.folder,
  seeds: seeds(),
  onCase: (seed) => parentPort?.postMessage({ kind: 'case', seed }),
  shrink: (sort) => {
    const times = (seen.get(sort) ?? 0) + 1;
    seen.set(sort, times);
    return times <= work.shrink;
  },
  onDifference: (difference) => parentPort?.postMessage({ kind: 'difference', difference }),
});
parentPort?.postMessage({ kind: 'end', counts });

function* seeds(): Generator<number> {
  for (let seed = work.first; seed < work.end; seed += work.step) yield seed;
}
