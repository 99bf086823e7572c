import { refusedValues } from '../../refused/index.ts';
import { allServices, type Finding, type Rule } from '../subject.ts';

/** What `up` would refuse. */
export const valueRules: readonly Rule[] = [
  function refusedValue({ project }) {
    return refusedValues({ ...project, services: allServices(project) }).map(
      (refused): Finding => ({ code: 'lint.refused-value', severity: 'error', ...refused }),
    );
  },
];
