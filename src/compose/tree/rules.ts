import type { ModelPath } from '../project.ts';

/**
 * A table keyed by path, compiled so that a walk over a tree can carry its place in the table along. A pattern is a
 * dotted path in which `*` stands for any key or index: `services.*.ports.*`.
 */
export interface Rules<T> {
  readonly rule: T | undefined;
  readonly keys: ReadonlyMap<string, Rules<T>>;
  readonly any: Rules<T> | undefined;
}

export function compileRules<T>(table: Readonly<Record<string, T>>): Rules<T> {
  const root = draft<T>();
  for (const [pattern, rule] of Object.entries(table)) {
    let place = root;
    for (const step of pattern.split('.')) place = descend(place, step);
    place.rule = rule;
  }
  return finish(root, undefined);
}

/** The rules below a key or index; undefined when the table says nothing about anything there. */
export function rulesBelow<T>(rules: Rules<T> | undefined, step: string): Rules<T> | undefined {
  return rules === undefined ? undefined : (rules.keys.get(step) ?? rules.any);
}

/** The rule for exactly this place. */
export function ruleAt<T>(rules: Rules<T>, path: ModelPath): T | undefined {
  let place: Rules<T> | undefined = rules;
  for (const step of path) place = rulesBelow(place, String(step));
  return place?.rule;
}

interface Draft<T> {
  rule: T | undefined;
  readonly keys: Map<string, Draft<T>>;
  any: Draft<T> | undefined;
}

function draft<T>(): Draft<T> {
  return { rule: undefined, keys: new Map(), any: undefined };
}

function descend<T>(place: Draft<T>, step: string): Draft<T> {
  if (step === '*') {
    place.any ??= draft<T>();
    return place.any;
  }
  const known = place.keys.get(step) ?? draft<T>();
  place.keys.set(step, known);
  return known;
}

/** A named key also gets what its `*` sibling says, unless it says otherwise itself. */
function finish<T>(place: Draft<T>, fallback: Draft<T> | undefined): Rules<T> {
  const any = place.any ?? fallback?.any;
  const names = new Set([...place.keys.keys(), ...(fallback?.keys.keys() ?? [])]);
  const keys = new Map<string, Rules<T>>();
  for (const name of names) {
    const own = place.keys.get(name) ?? fallback?.keys.get(name);
    if (own !== undefined) keys.set(name, finish(own, own === any ? undefined : any));
  }
  return {
    rule: place.rule ?? fallback?.rule,
    keys,
    any: any === undefined ? undefined : finish(any, undefined),
  };
}
