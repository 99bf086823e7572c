import type { LoadResult, Project, Service } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { StepId } from '../../core/ids.ts';
import {
  buildDependencies,
  buildSpec,
  imageName,
  type ObservedImage,
  type PullPolicy,
  parsePullPolicy,
} from '../../images/index.ts';
import type { ResourcePlan } from './resources.ts';
import { type Step, type StepInputs, step } from './steps.ts';
import type { UpInput } from './up-input.ts';

/** Pulls and builds for the services that get a new container. */
export function planImages(input: UpInput, wanted: readonly Service[]): ResourcePlan {
  const { project, locate } = input;
  const steps: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  const readyBy = new Map<string, StepId>();
  for (const service of withBuildDependencies(input, wanted)) {
    const reference = imageName(project, service);
    const need = imageNeed(input, service);
    if (need.kind === 'none' || readyBy.has(reference)) continue;
    if (need.kind === 'impossible') {
      diagnostics.push(impossibleImage(locate, service, reference, need.because));
      continue;
    }
    const made = need.kind === 'pull' ? pullStep(input, service, need) : buildStep(input, service, need);
    const needs = mayBuild(made) ? buildsBefore(project, service, readyBy) : [];
    steps.push({ ...made, needs });
    readyBy.set(reference, made.id);
  }
  return { steps, readyBy, rebuilt: new Set(), diagnostics, questions: [] };
}

function buildStep({ project, policy }: UpInput, service: Service, { reason }: { readonly reason: string }) {
  const reference = imageName(project, service);
  const spec = buildSpec(project, service, { ...policy.buildOptions, toRun: true });
  return step('image.build', reference, { spec }, { resource: { type: 'Image', name: reference }, reason });
}

function pullStep(
  { project, policy }: UpInput,
  service: Service,
  { reason, otherwise }: Extract<ImageNeed, { readonly kind: 'pull' }>,
) {
  const reference = imageName(project, service);
  const fallback: Pick<StepInputs['image.pull'], 'otherwise'> =
    otherwise === 'build'
      ? {
          otherwise: {
            kind: 'build',
            spec: buildSpec(project, service, { ...policy.buildOptions, toRun: true }),
          },
        }
      : otherwise === 'keep'
        ? { otherwise: { kind: 'keep', service: service.name } }
        : {};
  return step(
    'image.pull',
    reference,
    { reference, ...(service.platform === undefined ? {} : { platform: service.platform }), ...fallback },
    {
      resource: { type: 'Image', name: reference },
      reason: otherwise === 'build' ? `${reason}; it is built when it cannot be pulled` : reason,
    },
  );
}

function mayBuild(made: Step): boolean {
  return (
    made.kind === 'image.build' || (made.kind === 'image.pull' && made.input.otherwise?.kind === 'build')
  );
}

/** What makes the images from which a build takes files. */
function buildsBefore(
  project: Project,
  service: Service,
  readyBy: ReadonlyMap<string, StepId>,
): readonly StepId[] {
  return buildDependencies(service).flatMap((name) => {
    const other = project.services.get(name);
    return (other && readyBy.get(imageName(project, other))) ?? [];
  });
}

/**
 * Builds that take files from the images of others come behind those. Where one service builds an image that another
 * only runs, the one that builds speaks for both.
 */
function withBuildDependencies({ project }: UpInput, services: readonly Service[]): readonly Service[] {
  const ordered = new Set<Service>();
  const builders = new Map(
    [...project.services.values()]
      .filter(({ build }) => build !== undefined)
      .map((service) => [imageName(project, service), service]),
  );
  const add = (service: Service, above: readonly Service[]): void => {
    if (ordered.has(service) || above.includes(service)) return;
    for (const name of buildDependencies(service)) {
      const other = project.services.get(name) ?? project.disabledServices.get(name);
      if (other?.build !== undefined) add(other, [...above, service]);
    }
    ordered.add(service);
  };
  for (const service of services) {
    const builder = service.build === undefined ? builders.get(imageName(project, service)) : undefined;
    if (builder !== undefined) add(builder, []);
    add(service, []);
  }
  return [...ordered];
}

export type ImageNeed =
  | { readonly kind: 'none' }
  | { readonly kind: 'build'; readonly reason: string }
  | {
      readonly kind: 'pull';
      readonly reason: string;
      /** What is done when it cannot be pulled; absent: the run fails. */
      readonly otherwise?: 'build' | 'keep';
    }
  | { readonly kind: 'impossible'; readonly because: 'never' | 'build' };

export function imageNeed(input: UpInput, service: Service): ImageNeed {
  const { project, observed, policy, now } = input;
  const reference = imageName(project, service);
  if (policy.pulled.has(reference)) return { kind: 'none' };
  const image = observed.images.get(reference);
  const pullPolicy = parsePullPolicy(service.pull_policy) ?? { kind: 'missing' };
  const reason = pullReason(service, { image, pullPolicy, now });
  if (service.build !== undefined) return needOfBuilt(input, service, { image, pullPolicy, reason });
  if (reason === undefined) {
    return image === undefined ? { kind: 'impossible', because: 'never' } : { kind: 'none' };
  }
  return { kind: 'pull', reason };
}

/** Undefined where nothing is to be pulled. */
function pullReason(
  service: Service,
  {
    image,
    pullPolicy,
    now,
  }: {
    readonly image: ObservedImage | undefined;
    readonly pullPolicy: PullPolicy;
    readonly now: number;
  },
): string | undefined {
  if (pullPolicy.kind === 'always') return 'pull_policy is "always"';
  if (image === undefined) return pullPolicy.kind === 'never' ? undefined : 'it is not on this machine';
  if (pullPolicy.kind === 'every' && (image.taggedAt ?? 0) < now - pullPolicy.milliseconds) {
    return `pull_policy is "${service.pull_policy}" and it is older`;
  }
  return undefined;
}

/** An image with a name of its own may be in a registry, so that is asked first; one without is known nowhere else. */
function needOfBuilt(
  { policy: { build = 'missing' } }: UpInput,
  service: Service,
  {
    image,
    pullPolicy,
    reason,
  }: {
    readonly image: ObservedImage | undefined;
    readonly pullPolicy: PullPolicy;
    readonly reason: string | undefined;
  },
): ImageNeed {
  if (build === 'always') return { kind: 'build', reason: 'a build was asked for' };
  if (build !== 'never' && pullPolicy.kind === 'build')
    return { kind: 'build', reason: 'pull_policy is "build"' };
  if (service.image !== undefined && reason !== undefined && pullPolicy.kind !== 'build') {
    const otherwise = image !== undefined ? 'keep' : build === 'never' ? undefined : 'build';
    return { kind: 'pull', reason, ...(otherwise === undefined ? {} : { otherwise }) };
  }
  if (image !== undefined) return { kind: 'none' };
  return build === 'never'
    ? { kind: 'impossible', because: 'build' }
    : { kind: 'build', reason: 'it is not on this machine' };
}

function impossibleImage(
  locate: LoadResult['locate'],
  service: Service,
  reference: string,
  because: 'never' | 'build',
): Diagnostic {
  const key = because === 'build' ? 'build' : 'image';
  return {
    severity: 'error',
    code: 'image.not-found',
    message:
      because === 'build'
        ? `service "${service.name}" has to be built, and --no-build was given`
        : `No such image: ${reference} (service "${service.name}" has pull_policy "never")`,
    hint:
      because === 'build'
        ? `Leave --no-build out, or build it with \`flotilla build ${service.name}\`.`
        : 'Load or build the image first, or let pull_policy be "missing".',
    path: `services.${service.name}.${key}`,
    ...placed(locate(['services', service.name, key])),
  };
}
