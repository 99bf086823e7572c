import type { Service } from '../../compose/index.ts';
import { parsePullPolicy, parseReference } from '../../images/index.ts';
import type { UnchangedResource } from '../events.ts';
import { type ImageCommand, type ImagePlanInput, imagePlan, wantedServices } from './image-plan.ts';
import { moreImages } from './more-images.ts';
import { type Plan, type Step, step } from './steps.ts';

export interface PullInput extends ImagePlanInput {
  /** Names of images that are on the engine. */
  readonly present: ReadonlySet<string>;
  /** What cannot be pulled does not fail the run. */
  readonly ignoreFailures: boolean;
  /** Leaves alone what can be built. */
  readonly ignoreBuildable: boolean;
}

const pulling: ImageCommand = {
  command: 'pull',
  code: 'image.pull',
  concerns: (service) => pulledFor(service).length > 0,
  hint: 'It has no `image:` that says where it comes from.',
};

/**
 * Fetches the images of services, each one once, also those that are here: there may be newer ones. As for docker
 * compose, what can be built may be in no registry yet, and keeps no other image from being pulled.
 */
export function planPull(input: PullInput): Plan {
  const { project, ignoreFailures } = input;
  const steps = new Map<string, Step>();
  const skipped = new Map<string, UnchangedResource>();
  const isBuilt = (image: string): boolean =>
    [...project.services.values()].some((service) => service.image === image && service.build !== undefined);
  for (const service of wantedServices(input).flatMap(pulledFor)) {
    const { image, platform } = service;
    const reason = skipReason(input, service);
    if (reason !== undefined) {
      skipped.set(image, { type: 'Image', name: image, state: reason });
      continue;
    }
    if (steps.has(image)) continue;
    const pull = step(
      'image.pull',
      image,
      { reference: image, ...(platform === undefined ? {} : { platform }) },
      {
        resource: { type: 'Image', name: image },
        reason: 'a pull was asked for',
        onFailure: ignoreFailures ? 'tolerate' : isBuilt(image) ? 'fail-alone' : 'stop',
      },
    );
    steps.set(image, pull);
  }
  const unchanged = [...skipped.values()].filter(({ name }) => !steps.has(name));
  return { ...imagePlan(input, pulling, [...steps.values()]), unchanged };
}

/** What has an image that a service needs, its own first: with them here, the service comes up without a registry. */
export function pulledFor(service: Service): readonly NamedService[] {
  const policy = parsePullPolicy(service.pull_policy)?.kind === 'build' ? undefined : service.pull_policy;
  const more = moreImages(service).map((each) => ({
    ...each,
    ...(policy === undefined ? {} : { pull_policy: policy }),
  }));
  return [service, ...more].filter(hasName);
}

/** Whether it depends on what is on the engine if the image of a service is pulled. */
export function pullsWhatIsMissing({ image, pull_policy }: Service): boolean {
  const isAsked = pull_policy !== undefined && pull_policy !== '';
  return image !== undefined && isAsked && parsePullPolicy(pull_policy)?.kind === 'missing';
}

/** In docker compose's words; undefined for what is pulled. */
function skipReason({ present, ignoreBuildable }: PullInput, service: NamedService): string | undefined {
  const kind = parsePullPolicy(service.pull_policy)?.kind;
  if (kind === 'never' || kind === 'build') return 'Skipped';
  // A name that always means the newest is no reason to leave an older one.
  if (pullsWhatIsMissing(service) && present.has(service.image) && !isLatest(service.image)) {
    return 'Skipped - Image is already present locally';
  }
  return ignoreBuildable && service.build !== undefined ? 'Skipped - Image can be built' : undefined;
}

type NamedService = Service & { readonly image: string };

function hasName(service: Service): service is NamedService {
  return service.image !== undefined && service.image !== '';
}

function isLatest(image: string): boolean {
  return parseReference(image).tag === 'latest';
}
