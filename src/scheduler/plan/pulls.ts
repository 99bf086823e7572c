import { imageName } from '../../images/index.ts';
import { containersByRole } from './observed.ts';
import { orderedServices } from './ordered-services.ts';
import { planImages, pullNeed } from './resources.ts';
import type { Plan } from './steps.ts';
import type { UpInput } from './up-input.ts';

/**
 * The pulls that must come before the plan itself: whether a container that exists has to be replaced depends on what
 * its image turns out to be. Pulls for new containers are part of the plan, side by side with everything else.
 */
export function planPulls(input: UpInput): Plan {
  const { project, observed } = input;
  const { replicas } = containersByRole(project, observed);
  const services = orderedServices(project).filter((service) => {
    const need = pullNeed(input, service, imageName(project, service));
    return need.kind === 'pull' && (replicas.get(service.name)?.length ?? 0) > 0;
  });
  const images = planImages(input, services);
  return {
    command: 'pull',
    project: project.name,
    steps: images.steps.map((step) => ({
      ...step,
      reason: `${step.reason}; its containers are recreated when it turns out to be another image`,
    })),
    unchanged: [],
    references: [],
    diagnostics: images.diagnostics,
    questions: [],
  };
}
