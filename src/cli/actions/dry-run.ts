import { isError } from '../../core/diagnostic.ts';
import { DiagnosticsError } from '../../core/error.ts';
import { formatPlan, type Plan } from '../../scheduler/index.ts';
import type { Io } from '../io.ts';
import { wrap } from '../output/wrap.ts';

/** What docker compose puts in front of each line of a dry run; scripts look for it. */
export const dryRunPrefix = ' DRY-RUN MODE -  ';

/** Prints a plan instead of carrying it out. */
export function showPlan(io: Pick<Io, 'stdout'>, plan: Plan): number {
  const errors = plan.diagnostics.filter(isError);
  if (errors.length > 0) throw new DiagnosticsError(errors);
  const text = formatPlan(plan).replace(/^(?=.)/gm, dryRunPrefix);
  io.stdout.write(wrap(text, io.stdout.columns, ' '.repeat(dryRunPrefix.length + 4)));
  return 0;
}
