import { formatPosition } from '../../core/diagnostic.ts';
import { stripControl } from '../../core/text.ts';
import type { Plan, Step } from './steps.ts';

/** A plan as text: one step a line with what it waits for and why it is there. Tests compare it, people read it. */
export function formatPlan(plan: Plan): string {
  const lines = [
    ...plan.diagnostics.map(
      (diagnostic) =>
        `${diagnostic.severity}: ${withPosition(formatPosition(diagnostic.at), diagnostic.message)}`,
    ),
    ...plan.questions.map((question) => `question: ${question.message} [${question.id}]`),
    ...plan.unchanged.map((resource) => `unchanged: ${resource.type} ${resource.name} (${resource.state})`),
    ...plan.steps.map(formatStep),
  ];
  return lines.length === 0 ? 'nothing to do\n' : `${stripControl(lines.join('\n'))}\n`;
}

function formatStep(step: Step): string {
  const needs = step.needs.length === 0 ? '' : ` <- ${step.needs.join(', ')}`;
  const after = step.after.length === 0 ? '' : ` after ${step.after.join(', ')}`;
  return `${step.id}  ${step.resource.name}: ${step.reason}${needs}${after}${failureWords[step.onFailure]}`;
}

const failureWords = {
  stop: '',
  tolerate: ' (failure tolerated)',
  'fail-alone': ' (others go on when it fails)',
} as const satisfies Record<Step['onFailure'], string>;

function withPosition(position: string, message: string): string {
  return position === '' ? message : `${position}: ${message}`;
}
