import { join } from 'node:path';
import { generateCase } from '../compose-cases/generate.ts';
import { describeCase, type ProjectCase } from '../compose-cases/project-case.ts';
import { shrinkCase } from '../compose-cases/shrink.ts';
import { type Comparison, compareCase, type Difference } from './compare.ts';

export interface RunOptions {
  readonly program: string;
  /** An empty folder of our own. */
  readonly folder: string;
  readonly seeds: Iterable<number>;
  /** Called before each case, so that somebody outside can tell which one hangs. */
  onCase?(seed: number): void;
  /** Whether a difference of this sort is to be made small; costs some hundred calls. */
  shrink(sort: string): boolean;
  onDifference(found: FoundDifference): void;
}

export interface FoundDifference extends Difference {
  readonly seed: number;
  readonly project: string;
}

export interface Counts {
  cases: number;
  accepted: number;
  different: number;
  listed: number;
  /** docker compose itself answers now so, now otherwise. */
  unsteady: number;
}

/** Compares the projects of many seeds. Every eighth is compared in JSON and by its hashes too. */
export async function compareSeeds(options: RunOptions): Promise<Counts> {
  const counts: Counts = { cases: 0, accepted: 0, different: 0, listed: 0, unsteady: 0 };
  const folder = join(options.folder, 'project');
  for (const seed of options.seeds) {
    options.onCase?.(seed);
    const given = generateCase(seed);
    const thorough = seed % 8 === 0;
    const compare = (it: ProjectCase, deep = thorough): Promise<Comparison> =>
      compareCase(it, { program: options.program, folder, thorough: deep });
    const result = await compare(given);
    counts.cases += 1;
    if (result.accepted) counts.accepted += 1;
    if (result.listed) counts.listed += 1;
    const { difference } = result;
    if (difference === undefined) continue;
    if (await agreesSometimes(() => compare(given))) {
      counts.unsteady += 1;
      continue;
    }
    counts.different += 1;
    const small = options.shrink(difference.sort)
      ? await shrinkCase(given, async (it) => {
          options.onCase?.(seed);
          const { difference: left } = await compare(it);
          return left !== undefined && sameKind(left.sort, difference.sort);
        })
      : given;
    const { difference: last = difference } = await compare(small);
    options.onDifference({ ...last, seed, project: describeCase(small) });
  }
  return counts;
}

/** Maps in random order make docker compose answer differently from call to call; then one of its answers is enough. */
async function agreesSometimes(compare: () => Promise<Comparison>): Promise<boolean> {
  for (let time = 0; time < 16; time += 1) {
    if ((await compare()).difference === undefined) return true;
  }
  return false;
}

function sameKind(one: string, other: string): boolean {
  const kind = (sort: string) => sort.split(':')[0];
  return kind(one) === kind(other);
}
