import type { LoadResult, Project } from '../../compose/index.ts';
import { type Diagnostic, placed } from '../../core/diagnostic.ts';
import type { StepId } from '../../core/ids.ts';
import { compareOwned } from '../../core/ownership.ts';
import { quote } from '../../core/text.ts';
import { desiredNetworks, type NetworkSpec } from '../../network/index.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { desiredVolumes } from '../../volumes/index.ts';
import { type Question, type Step, step } from './steps.ts';
import type { UpInput } from './up-input.ts';

/** What a plan does about one kind of resource that containers need. */
export interface ResourcePlan {
  readonly steps: readonly Step[];
  /** The step that makes a resource ready, by the engine's name (an image by its reference). */
  readonly readyBy: ReadonlyMap<string, StepId>;
  /** Engine's names of resources that are removed and made anew: nothing may use them meanwhile. */
  readonly rebuilt: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  readonly questions: readonly Question[];
}

export interface ResourceUse {
  /** The steps after which nothing that the plan moves uses a resource any more; by the engine's name. */
  readonly freedBy: (name: string) => readonly StepId[];
  /** Containers of the project that the plan leaves alone and that keep the resource from being removed. */
  readonly bystanders: (name: string) => readonly ObservedContainer[];
}

export function planNetworks(
  { project, observed, locate }: UpInput,
  { freedBy, bystanders }: ResourceUse,
): ResourcePlan {
  const steps: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  const readyBy = new Map<string, StepId>();
  const rebuilt = new Set<string>();
  const { owned, external } = desiredNetworks(project);
  for (const { key, name } of external) {
    if (!observed.networks.some((network) => network.name === name || network.id === name)) {
      diagnostics.push(missingExternal(locate, 'network', ['networks', key], name));
    }
  }
  for (const spec of owned) {
    const difference = compareOwned(spec, project.name, observed.networks);
    const resource = { type: 'Network', name: spec.name } as const;
    if (difference.kind === 'same') continue;
    if (difference.kind === 'foreign') {
      diagnostics.push(foreignResource(locate, 'network', ['networks', spec.key], spec.name, project));
      continue;
    }
    const needs: StepId[] = [];
    if (difference.kind === 'diverged') {
      const [bystander] = bystanders(spec.name);
      if (bystander !== undefined) {
        diagnostics.push(resourceInUse(locate, 'network', spec, bystander));
        continue;
      }
      rebuilt.add(spec.name);
      const removals = difference.observed.map((network, index) =>
        step(
          'network.remove',
          index === 0 ? spec.key : `${spec.key}~${network.id.slice(0, 12)}`,
          { name: network.id },
          { resource, reason: difference.reason, needs: freedBy(spec.name) },
        ),
      );
      steps.push(...removals);
      needs.push(...removals.map(({ id }) => id));
    }
    const reason = difference.kind === 'missing' ? 'it does not exist' : difference.reason;
    const creation = step('network.create', spec.key, { spec }, { resource, reason, needs });
    steps.push(creation);
    readyBy.set(spec.name, creation.id);
  }
  return { steps, readyBy, rebuilt, diagnostics, questions: [] };
}

/** A volume is only rebuilt when that was approved: its data goes with it. */
export function planVolumes(
  { project, observed, policy, locate }: UpInput,
  { freedBy, bystanders }: ResourceUse,
): ResourcePlan {
  const steps: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  const questions: Question[] = [];
  const readyBy = new Map<string, StepId>();
  const rebuilt = new Set<string>();
  const { owned, external } = desiredVolumes(project);
  for (const { key, name } of external) {
    if (!observed.volumes.some((volume) => volume.name === name)) {
      diagnostics.push(missingExternal(locate, 'volume', ['volumes', key], name));
    }
  }
  for (const spec of owned) {
    const difference = compareOwned(spec, project.name, observed.volumes);
    const resource = { type: 'Volume', name: spec.name } as const;
    if (difference.kind === 'same') continue;
    if (difference.kind === 'foreign') {
      diagnostics.push(foreignResource(locate, 'volume', ['volumes', spec.key], spec.name, project));
      continue;
    }
    const needs: StepId[] = [];
    if (difference.kind === 'diverged') {
      const id = `volume.recreate:${spec.key}`;
      if (policy.refusals.has(id)) continue;
      if (!policy.approvals.has(id)) {
        questions.push({
          id,
          message: `Volume ${quote(spec.name)} exists but doesn't match configuration in compose file. Recreate (data will be lost)?`,
        });
        continue;
      }
      const [bystander] = bystanders(spec.name);
      if (bystander !== undefined) {
        diagnostics.push(resourceInUse(locate, 'volume', spec, bystander));
        continue;
      }
      rebuilt.add(spec.name);
      const removal = step(
        'volume.remove',
        spec.key,
        { name: spec.name },
        {
          resource,
          reason: 'its definition changed and its replacement was approved',
          needs: freedBy(spec.name),
        },
      );
      steps.push(removal);
      needs.push(removal.id);
    }
    const reason = difference.kind === 'missing' ? 'it does not exist' : 'its definition changed';
    const creation = step('volume.create', spec.key, { spec }, { resource, reason, needs });
    steps.push(creation);
    readyBy.set(spec.name, creation.id);
  }
  return { steps, readyBy, rebuilt, diagnostics, questions };
}

function missingExternal(
  locate: LoadResult['locate'],
  kind: 'network' | 'volume',
  path: readonly [string, string],
  name: string,
): Diagnostic {
  return {
    severity: 'error',
    code: 'run.external-missing',
    message:
      kind === 'network'
        ? `network ${name} declared as external, but could not be found`
        : `external volume ${quote(name)} not found`,
    hint: `Create it with \`docker ${kind} create ${name}\`, or take \`external\` out.`,
    path: path.join('.'),
    ...placed(locate(path)),
  };
}

/** Said before anything is stopped: the engine would refuse to remove it when it is too late. */
function resourceInUse(
  locate: LoadResult['locate'],
  kind: 'network' | 'volume',
  { key, name }: Pick<NetworkSpec, 'key' | 'name'>,
  bystander: ObservedContainer,
): Diagnostic {
  return {
    severity: 'error',
    code: 'engine.conflict',
    message: `${kind} ${quote(name)} must be made anew because its definition changed, but ${quote(bystander.name)} uses it and is no part of this run`,
    hint: `Run the command for all services and profiles, or ${kind === 'network' ? 'stop' : 'remove'} that container first.`,
    path: `${kind}s.${key}`,
    ...placed(locate([`${kind}s`, key])),
  };
}

function foreignResource(
  locate: LoadResult['locate'],
  kind: 'network' | 'volume',
  path: readonly [string, string],
  name: string,
  project: Project,
): Diagnostic {
  return {
    severity: 'warning',
    code: 'compose.conflict',
    message: `a ${kind} with name ${name} exists but was not created for project "${project.name}"`,
    hint: 'It is used as it is. Set `external: true` to say that this is meant.',
    path: path.join('.'),
    ...placed(locate(path)),
  };
}
