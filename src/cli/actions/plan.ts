import type { Diagnostic } from '../../core/diagnostic.ts';
import { isError } from '../../core/diagnostic.ts';
import { DiagnosticsError } from '../../core/error.ts';
import { formatPlan, planFor } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { planOptions } from '../commands/plan.ts';
import { escapeControl } from '../output/json-line.ts';
import { wrap } from '../output/wrap.ts';
import { withSession } from '../session.ts';
import type { PlanFile } from './plan-file.ts';
import { loadSelection } from './selection.ts';
import { checkRecreateOptions } from './up-options.ts';
import { policyOf } from './up-policy.ts';

/** Exit code of `plan --exit-code` when there is something to do. */
const changesExitCode = 2;

export async function run(context: CommandContext<typeof planOptions>): Promise<number> {
  const { options } = context;
  checkRecreateOptions(options);
  const selection = {
    services: context.arguments,
    noDeps: options.noDeps,
    scale: options.scale,
    pull: options.pull,
  };
  const { project, locate } = await loadSelection(context, selection);
  const request = { project, locate, policy: policyOf(context, project) };
  const yes = options.yes ? { ask: () => Promise.resolve(true) } : {};
  const { plan, document } = await withSession(context, { reports: false, ...yes }, (session) =>
    planFor(session, request),
  );
  const file: PlanFile = { ...document, selection };
  const errors: readonly Diagnostic[] = plan.diagnostics.filter(isError);
  // For people what is wrong is the answer: steps that nobody can take would hide it.
  if (options.json) context.io.stdout.write(`${escapeControl(JSON.stringify(file, null, 2))}\n`);
  else if (errors.length === 0) {
    const { stdout } = context.io;
    stdout.write(wrap(formatPlan(plan), stdout.columns));
  }
  if (errors.length > 0) throw new DiagnosticsError(errors);
  const isOpen = plan.steps.length > 0 || plan.questions.length > 0;
  return options.exitCode && isOpen ? changesExitCode : 0;
}
