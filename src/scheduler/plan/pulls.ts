import { imageName } from '../../images/index.ts';
import { imageNeed, planImages } from './images.ts';
import { containersByRole } from './observed.ts';
import { orderedServices } from './ordered-services.ts';
import type { Plan, Step } from './steps.ts';
import type { UpInput } from './up-input.ts';

/** The images that a step gets: by pulling, or by building. */
export function madeImages(step: Step): readonly string[] {
  if (step.kind === 'image.pull') return [step.input.reference];
  return step.kind === 'image.build' ? step.input.spec.tags.slice(0, 1) : [];
}

/**
 * The pulls that must come before the plan itself: whether a container that exists has to be replaced depends on what
 * its image turns out to be. Pulls for new containers are part of the plan, side by side with everything else.
 */
export function planPulls(input: UpInput): Plan {
  const { project, observed } = input;
  const { replicas } = containersByRole(project, observed);
  const services = orderedServices(project);
  // Also those of services without a container, when they bring others another image.
  const inUse = new Set(
    services
      .filter(({ name }) => (replicas.get(name)?.length ?? 0) > 0)
      .map((service) => imageName(project, service)),
  );
  const pulled = services.filter((service) => {
    const reference = imageName(project, service);
    const { kind } = imageNeed(input, service);
    return inUse.has(reference) && (kind === 'pull' || kind === 'build');
  });
  const images = planImages(input, pulled);
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
