import { quote } from '../../../core/text.ts';
import type { Healthcheck } from '../../project.ts';
import { type Rule, serviceRule } from '../subject.ts';

/** Health checks, and who waits for them. */
export const healthRules: readonly Rule[] = [
  serviceRule(function* noHealthcheck({ name, depends_on }, { project }, path) {
    for (const [needed, { condition }] of depends_on ?? []) {
      const target = project.services.get(needed);
      if (condition !== 'service_healthy' || target === undefined) continue;
      const check = target.healthcheck;
      const off = check?.disable === true || check?.test?.[0] === 'NONE';
      if (!off && check?.test !== undefined) continue;
      // An image that is built or pulled may bring a check along: without one in the file nobody can tell.
      yield {
        code: 'lint.no-healthcheck',
        severity: off ? 'error' : 'warning',
        path: [...path, 'depends_on', needed],
        message: off
          ? `services.${name} waits until ${quote(needed)} is healthy, and its health check is switched off`
          : `services.${name} waits until ${quote(needed)} is healthy, and the file gives it no health check`,
        hint: off
          ? 'Switch the check on, or wait for service_started.'
          : `Add a healthcheck to "${needed}"; without one, in the image at least, "up" fails.`,
      };
    }
  }),

  serviceRule(function* healthcheckShell({ name, healthcheck }, _, path) {
    const problem = healthcheck === undefined ? undefined : shellProblem(healthcheck);
    if (problem === undefined) return;
    yield {
      code: 'lint.healthcheck-shell',
      severity: problem.isCertain ? 'error' : 'warning',
      path: [...path, 'healthcheck', 'test'],
      message: `services.${name}.healthcheck.test does not do what it says: ${problem.text}`,
      hint: 'Write CMD-SHELL and one text: ["CMD-SHELL", "curl -f http://localhost/ || exit 1"].',
    };
  }),

  serviceRule(function* startInterval({ name, healthcheck }, _, path) {
    if (healthcheck?.start_interval === undefined || healthcheck.start_period !== undefined) return;
    yield {
      code: 'lint.start-interval',
      severity: 'error',
      path: [...path, 'healthcheck', 'start_interval'],
      message: `services.${name}.healthcheck.start_interval needs a start_period, during which it counts`,
      hint: 'Add start_period, the time that the service may take to start.',
    };
  }),
];

/** Certain is what fails each time; a program may also put up with words that it does not know. */
function shellProblem({
  test = [],
}: Healthcheck): { readonly text: string; readonly isCertain: boolean } | undefined {
  const [kind, program = '', ...words] = test;
  if (kind !== 'CMD') return undefined;
  if (words.length === 0 && /\s/.test(program.trim()))
    return { text: `CMD runs a program that is called ${quote(program)}, spaces and all`, isCertain: true };
  if (/(?:^|\/)(?:ba|da|a)?sh$/.test(program)) return undefined;
  const operator = words.find((word) => ['||', '&&', '|', ';'].includes(word));
  if (operator === undefined) return undefined;
  return {
    text: `CMD has no shell, so ${quote(operator)} is a word for ${quote(program)}`,
    isCertain: false,
  };
}
