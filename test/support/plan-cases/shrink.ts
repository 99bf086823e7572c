import type { PlanCase } from './case.ts';

/** Makes a case smaller as long as it still fails: any part may be left out. */
export function shrinkPlanCase(
  start: PlanCase,
  fails: (smaller: PlanCase) => boolean,
  limit = 3000,
): PlanCase {
  let best = start;
  let asked = 0;
  for (let progress = true; progress; ) {
    progress = false;
    for (const smaller of smallerCases(best)) {
      asked += 1;
      if (asked > limit) return best;
      if (!fails(smaller)) continue;
      best = smaller;
      progress = true;
      break;
    }
  }
  return best;
}

function* smallerCases(given: PlanCase): Generator<PlanCase> {
  for (const smaller of smallerValues(given)) {
    const { stages, events, file, command, seed } = smaller as Partial<PlanCase>;
    if (stages === undefined || events === undefined || command?.services === undefined || seed === undefined)
      continue;
    const isFile = (each: PlanCase['file'] | undefined) =>
      each?.services !== undefined && each.networks !== undefined && each.volumes !== undefined;
    if (!isFile(file) || stages.some((stage) => !isFile(stage.file) || stage.done === undefined)) continue;
    if (command.name === undefined || events.some((event) => event.what === undefined)) continue;
    yield smaller as PlanCase;
  }
}

function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) yield value.toSpliced(index, 1);
    for (let index = 0; index < value.length; index += 1) {
      for (const smaller of smallerValues(value[index])) yield value.with(index, smaller);
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [key] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== key));
    for (const [key, part] of entries) {
      for (const smaller of smallerValues(part)) yield { ...value, [key]: smaller };
    }
  } else if (typeof value === 'number' && value > 1) {
    yield 0;
    yield Math.floor(value) === value ? value - 1 : 1;
  }
}
