import { schemaErrors } from './compiled.ts';
import { describe } from './describe.ts';
import { type Fault, faultsOf } from './faults.ts';
import { inDocumentOrder } from './order.ts';
import { rootPlace } from './place.ts';
import type { SchemaProblem } from './problem.ts';
import { shapeMistakes } from './shape.ts';
import { createSpeller } from './spelling.ts';

export type { SchemaProblem } from './problem.ts';

/**
 * Checks the merged and interpolated document, short forms and all, against schemas/compose.schema.json. Each mistake
 * gives one problem, in the order of the document.
 */
export function validateCompose(plain: unknown): readonly SchemaProblem[] {
  const errors = schemaErrors(plain).slice(0, mostErrors);
  if (errors.length === 0) return [];
  const root = rootPlace(plain);
  const spell = createSpeller();
  const faults = faultsOf(errors, root);
  const shape = shapeMistakes(root, faults, spell);
  const explained = new Set<Fault>(shape.flatMap((mistake) => mistake.explains));
  const problems = [
    ...shape.map((mistake) => mistake.problem),
    ...faults.filter((fault) => !explained.has(fault)).map((fault) => describe(fault, spell)),
  ];
  return inDocumentOrder(problems, plain).map(withSentence);
}

/** A file with more of them is wrong from end to end, and nobody reads them all. */
const mostErrors = 5000;

/** Hints are put together from words; what people read begins and ends like a sentence. */
function withSentence(problem: SchemaProblem): SchemaProblem {
  const { hint } = problem;
  if (hint === undefined) return problem;
  const end = /[.?]$/.test(hint) ? '' : '.';
  return { ...problem, hint: `${hint.charAt(0).toUpperCase()}${hint.slice(1)}${end}` };
}
